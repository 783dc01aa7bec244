using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Core.Samples;

/// <summary>
/// What a document shows of the engine's refusals: they come from the code that refuses requests, on a model made up for it, so that no
/// text is written twice. Stateless.
/// </summary>
public static class SampleErrors
{
    private static readonly Caller One = new("ada", MaxActiveRequests: 1);

    private static readonly ModelManifest Animals = new()
    {
        Id = "animals",
        DisplayName = "Animals",
        Conditioning = ConditioningKind.Class,
        Classes = ["cat", "dog", "horse"],
        Latent = new LatentShape(3, 32, 32),
        Preprocessing = new ImagePreprocessing(32),
        Process = VariancePreserving.Create(new NoiseScheduleConfig(), PredictionType.Epsilon),
        TimestepFrom = 0,
        TimestepTo = 1000,
        DefaultTrials = 128,
        DataType = "float32",
    };

    /// <summary>One of each kind that the engine has for a request.</summary>
    /// <param name="options">The limits that they name.</param>
    public static IReadOnlyList<ClassificationException> All(EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var catalog = new ModelCatalog([Animals], defaultModel: null);
        return
        [
            Of(() => catalog.Find("animal")),
            Of(() => Validate(new ClassificationRequest { Labels = ["cat", "dig"] }, catalog, options)),
            Of(() => Validate(new ClassificationRequest { Trials = options.MaxRowsPerRequest }, catalog, options)),
            Of(() => ReserveTwice(One, options)),
            Of(() => ReserveTwice(Caller.Anonymous, options with { MaxActiveRequests = 1 })),
            Of(() => Closed(options)),
            ClassificationEngine.DeadlineExceeded(),
            BatchFeeder.RequestFailed(Animals.Id),
            ImageTextMatcher.MissingImage(),
        ];
    }

    private static void Validate(ClassificationRequest request, ModelCatalog catalog, EngineOptions options) =>
        RequestValidator.Validate(new Submission(request), catalog.Default, options);

    private static void ReserveTwice(Caller caller, EngineOptions options)
    {
        var admission = new AdmissionControl(options, TimeProvider.System);
        Reserve(admission, caller);
        Reserve(admission, caller);
    }

    private static void Closed(EngineOptions options)
    {
        var admission = new AdmissionControl(options, TimeProvider.System);
        admission.Close();
        Reserve(admission, One);
    }

    private static void Reserve(AdmissionControl admission, Caller caller) =>
        admission.Reserve(new Candidate(caller, PriorityClass.Interactive, Rows: 1, SecondsPerRow: 1));

    private static ClassificationException Of(Action refused)
    {
        try
        {
            refused();
        }
        catch (ClassificationException exception)
        {
            return exception;
        }

        throw new InvalidOperationException("What was to be refused was accepted.");
    }
}
