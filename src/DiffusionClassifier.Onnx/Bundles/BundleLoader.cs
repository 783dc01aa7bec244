using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// Reads a model folder in the layout of diffusers and optimum: everything the method needs is taken from the files, nothing about a
/// model family is assumed. Loads no weights.
/// </summary>
internal static class BundleLoader
{
    private const int DefaultTrials = 128; // where a bundle recommends nothing: enough for a stable winner, minutes at most on a GPU

    /// <summary>The file whose presence makes a folder a bundle.</summary>
    public const string IndexFile = "model_index.json";

    private static readonly string[] DenoiserFolders = ["unet", "transformer"];

    /// <exception cref="BundleException">The bundle cannot work; the message names the file and the reason.</exception>
    public static Bundle Load(string folder)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new BundleException(root, "the folder does not exist.");
        JsonFile index = JsonFile.Read(Path.Combine(root, IndexFile));
        JsonFile? classifier = JsonFile.TryRead(Path.Combine(root, "classifier.json"));
        RefuseUnsupportedParts(root);

        string denoiserFolder = FindDenoiser(root);
        JsonFile config = JsonFile.Read(Path.Combine(denoiserFolder, "config.json"));
        OnnxGraph denoiser = OnnxGraphReader.Read(Path.Combine(denoiserFolder, "model.onnx"));
        ClassList classes = ClassList.Read(index, classifier, config);
        (NoiseScheduleConfig schedule, PredictionType prediction) = SchedulerConfig.Read(Path.Combine(root, "scheduler", "scheduler_config.json"));
        LatentShape shape = DenoiserContract.Shape(denoiser, config);
        DenoiserContract.Check(denoiser, shape);
        List<string> warnings = [];
        (int from, int to) = TimestepRange(classifier, schedule.TrainTimesteps);
        JsonFile? recommended = classifier?.Object("recommended");

        return new Bundle(root, new ModelManifest
        {
            Id = Path.GetFileName(root),
            DisplayName = classifier?.Text("displayName") ?? Path.GetFileName(root),
            License = classifier?.Text("license") ?? classifier?.Text("licence"),
            Conditioning = ConditioningKind.Class,
            Classes = classes.Names,
            NullClass = classes.NullClass,
            Latent = shape,
            Preprocessing = Preprocessing(classifier, shape),
            Schedule = schedule,
            Prediction = prediction,
            TimestepFrom = from,
            TimestepTo = to,
            DefaultTrials = Trials(recommended),
            DefaultLoss = Choice(recommended, "loss", PredictionLoss.L2, warnings),
            DefaultStrategy = Choice(recommended, "strategy", Strategy.Fixed, warnings),
            FittedBetas = FittedBetas(classifier),
            DataType = denoiser.Input("sample").Element == TensorElement.Half ? "float16" : "float32",
            Warnings = warnings,
        })
        {
            Denoiser = denoiser,
        };
    }

    private static string FindDenoiser(string root) =>
        DenoiserFolders.Select(name => Path.Combine(root, name)).FirstOrDefault(Directory.Exists)
        ?? throw new BundleException(root, "the bundle has no denoiser: neither a folder 'unet' nor 'transformer'.");

    private static void RefuseUnsupportedParts(string root)
    {
        foreach (string part in (string[])["text_encoder", "vae_encoder"])
        {
            if (Directory.Exists(Path.Combine(root, part)))
                throw new BundleException(Path.Combine(root, part), "this version runs class-conditional models in pixel space only.");
        }
    }

    private static (int From, int To) TimestepRange(JsonFile? classifier, int trainTimesteps)
    {
        if (classifier?.Numbers("timestepRange") is not { } range)
            return (0, trainTimesteps);
        if (range.Count == 2 && range.All(double.IsInteger) && range[0] >= 0 && range[0] < range[1] && range[1] <= trainTimesteps)
            return ((int)range[0], (int)range[1]);
        throw classifier.Complain("timestepRange", $"must be two whole numbers [from, to) with 0 ≤ from < to ≤ {trainTimesteps}.");
    }

    private static ImagePreprocessing Preprocessing(JsonFile? classifier, LatentShape shape) =>
        classifier?.Text("crop") switch
        {
            null or "sd" => new ImagePreprocessing(shape.Height),
            "dit" => new ImagePreprocessing(shape.Height, ImageCrop.Dit),
            { } other => throw classifier.Complain("crop", $"is '{other}'; it must be 'sd' or 'dit'."),
        };

    private static int Trials(JsonFile? recommended) => recommended?.Integer("trials") switch
    {
        null => DefaultTrials,
        >= 1 and int trials => trials,
        int trials => throw recommended.Complain("trials", $"is {trials}; it must be at least 1."),
    };

    // A newer bundle may recommend what this version does not know: say so and go on.
    private static T Choice<T>(JsonFile? recommended, string name, T fallback, List<string> warnings) where T : struct, Enum
    {
        if (recommended?.Text(name) is not { } text)
            return fallback;
        if (Words.TryParse(text, out T value))
            return value;
        warnings.Add($"The bundle recommends the {name} '{text}', which this version does not have; it uses '{Words.Of(fallback)}'.");
        return fallback;
    }

    private static Dictionary<PredictionLoss, double> FittedBetas(JsonFile? classifier)
    {
        Dictionary<PredictionLoss, double> betas = [];
        if (classifier?.Object("temperatures") is not { } temperatures)
            return betas;
        foreach (string name in temperatures.Names)
        {
            if (!Words.TryParse(name, out PredictionLoss loss) || temperatures.Number(name) is not { } temperature || !(temperature > 0 && double.IsFinite(1 / temperature)))
                throw temperatures.Complain(name, "must be a loss (l2, l1 or huber) with a temperature above 0.");
            betas[loss] = 1 / temperature;
        }

        return betas;
    }
}
