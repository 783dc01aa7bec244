using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Service.Options;

namespace DiffusionClassifier.Service.Api.Input;

/// <summary>Bodies to requests; the fields are documented on <see cref="ClassifyFields"/> and <see cref="MatchFields"/>. Stateless.</summary>
internal static class RequestReader
{
    private static readonly string[] Common = ["model", "trials", "loss", "weighting", "seed", "noiseDraws", "temperature", "posterior", "imageMode", "interpolation", "deterministic", "priority"];

    /// <summary>The fields of <c>POST /classify</c>.</summary>
    public static BodyFields Classify { get; } =
        new("image", ["labels", "priors", "template", "promptAggregation", "strategy", "confidence", "topK", "stageSamples", "stageKeep", "trialsPerTimestep", "deadlineMs", .. Common], LargestFiles: 1);

    /// <summary>The fields of <c>POST /match</c>.</summary>
    public static BodyFields Match { get; } = new("images", ["captions", "normalizeByNull", .. Common], ApiLimits.LargestImages);

    /// <exception cref="ClassificationException">A field is malformed or missing.</exception>
    public static ClassificationRequest ToClassify(RequestBody body)
    {
        FieldValues values = body.Values;
        return ReadCommon(values) with
        {
            Image = SingleImage(body),
            ImageDecoded = body.Dispose,
            Labels = values.Labels("labels"),
            Priors = values.Numbers("priors"),
            Templates = values.Texts("template"),
            PromptAggregation = values.Word<PromptAggregation>("promptAggregation") ?? PromptAggregation.Mean,
            Strategy = values.Word<Strategy>("strategy"),
            Confidence = values.Number("confidence"),
            TopK = values.Integer("topK"),
            Stages = Stages(values),
            TrialsPerTimestep = values.Integer("trialsPerTimestep"),
            DeadlineMs = values.Integer("deadlineMs"),
        };
    }

    /// <inheritdoc cref="ToClassify"/>
    public static MatchRequest ToMatch(RequestBody body) => new()
    {
        Images = body.Files,
        ImagesDecoded = body.Dispose,
        Captions = body.Values.Texts("captions") ?? [],
        Options = ReadCommon(body.Values),
        NormalizeByNull = body.Values.Flag("normalizeByNull") ?? false,
    };

    private static ClassificationRequest ReadCommon(FieldValues values) => new()
    {
        Image = default,
        Model = values.Text("model"),
        Trials = values.Integer("trials"),
        Loss = values.Word<PredictionLoss>("loss"),
        Weighting = values.Word<Weighting>("weighting"),
        Seed = values.Unsigned("seed") ?? 0,
        NoiseDraws = values.Integer("noiseDraws"),
        Temperature = values.Number("temperature"),
        Posterior = values.Word<PosteriorPreset>("posterior"),
        ImageMode = values.Word<ImageMode>("imageMode") ?? ImageMode.Default,
        Interpolation = values.Word<ResizeFilter>("interpolation"),
        Deterministic = values.Flag("deterministic") ?? false,
        Priority = values.Word<PriorityClass>("priority"),
    };

    private static ReadOnlyMemory<byte> SingleImage(RequestBody body) => body.Files switch
    {
        [var image] => image,
        [] => throw new ClassificationException(ClassificationError.MissingImage,
            "The field image is missing: send the image as a file, as in: curl -F image=@photo.jpg …")
        { Field = Classify.File },
        _ => throw new ClassificationException(ClassificationError.InvalidRequest, $"{body.Files.Count} images were sent: send one in each request.") { Field = Classify.File },
    };

    private static Stage[]? Stages(FieldValues values)
    {
        (IReadOnlyList<int>? samples, IReadOnlyList<int>? keep) = (values.Integers("stageSamples"), values.Integers("stageKeep"));
        if (samples is null && keep is null)
            return null;
        return samples?.Count == keep?.Count
            ? [.. samples!.Zip(keep!, (sample, kept) => new Stage(sample, kept))]
            : throw new ClassificationException(ClassificationError.InvalidRequest,
                $"stageSamples has {samples?.Count ?? 0} numbers and stageKeep {keep?.Count ?? 0}: send one of each for every stage.")
            { Field = "stageKeep" };
    }
}
