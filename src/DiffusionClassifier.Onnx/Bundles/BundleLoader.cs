using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// Reads a model folder in the layout of diffusers and optimum: everything the method needs is taken from the files, nothing about a
/// model family is assumed. Loads no weights.
/// </summary>
internal static class BundleLoader
{
    private const string Transformer = "transformer", VaeEncoder = "vae_encoder", TextEncoder = "text_encoder", SecondTextEncoder = "text_encoder_2";

    /// <summary>The file whose presence makes a folder a bundle.</summary>
    public const string IndexFile = "model_index.json";

    private static readonly string[] DenoiserFolders = ["unet", Transformer];

    /// <exception cref="BundleException">The bundle cannot work; the message names the file and the reason.</exception>
    public static Bundle Load(string folder)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new BundleException(root, "the folder does not exist.");
        List<string> warnings = [];
        JsonFile index = JsonFile.Read(Path.Combine(root, IndexFile));
        ClassifierFile classifier = ClassifierFile.Read(root, warnings);
        if (Has(root, SecondTextEncoder))
            throw new BundleException(Path.Combine(root, SecondTextEncoder), "models with two text encoders (SDXL, Stable Diffusion 3) are not supported: use an export of Stable Diffusion 1.x or 2.x.");

        string denoiserFolder = FindDenoiser(root);
        JsonFile denoiserConfig = JsonFile.Read(Path.Combine(denoiserFolder, "config.json"));
        ConditioningKind conditioning = Has(root, TextEncoder) ? ConditioningKind.Text : ConditioningKind.Class;
        DenoiserContract denoiser = DenoiserContract.Read(denoiserFolder, denoiserConfig, conditioning);
        TextEncoderContract? text = conditioning == ConditioningKind.Text ? TextEncoderContract.Read(root, TextEncoder, denoiser, warnings) : null;
        ClassList classes = text is null ? ClassList.Read(index, classifier, denoiserConfig) : ClassList.None;
        (NoiseScheduleConfig schedule, PredictionType prediction) = SchedulerConfig.Read(Path.Combine(root, "scheduler", "scheduler_config.json"));
        VaeContract? vae = Has(root, VaeEncoder) ? VaeContract.Read(Path.Combine(root, VaeEncoder), denoiser, warnings) : null;
        if (vae is null)
            denoiser.RequirePixels();
        TimestepRange range = TimestepRange.Read(classifier, schedule, prediction, warnings);
        ImageCrop crop = text is null && vae is not null && Path.GetFileName(denoiserFolder) == Transformer ? ImageCrop.Dit : ImageCrop.Sd;

        return new Bundle(root, new ModelManifest
        {
            Id = Path.GetFileName(root),
            DisplayName = classifier.DisplayName ?? Path.GetFileName(root),
            License = classifier.License,
            Conditioning = conditioning,
            Classes = classes.Names,
            NullClass = classes.NullClass,
            Template = classifier.Template,
            Latent = denoiser.Shape,
            LatentScale = vae?.Scale ?? 1,
            LatentShift = vae?.Shift ?? 0,
            LearnedVariance = denoiser.LearnedVariance,
            ScalarTimestep = denoiser.ScalarTimestep,
            Preprocessing = new ImagePreprocessing(vae?.ImageSize ?? denoiser.Shape.Height, classifier.Crop ?? crop),
            Schedule = schedule,
            Prediction = prediction,
            TimestepFrom = range.From,
            TimestepTo = range.To,
            LastTimestepLeftOut = range.LastLeftOut,
            DefaultTrials = classifier.Trials,
            DefaultLoss = classifier.Loss,
            DefaultStrategy = classifier.Strategy,
            FittedBetas = classifier.FittedBetas,
            DataType = denoiser.Sample.Element == TensorElement.Half ? "float16" : "float32",
            Warnings = warnings,
        })
        {
            Denoiser = denoiser,
            Vae = vae,
            Text = text,
        };
    }

    private static bool Has(string root, string part) => Directory.Exists(Path.Combine(root, part));

    private static string FindDenoiser(string root) =>
        DenoiserFolders.Select(name => Path.Combine(root, name)).FirstOrDefault(Directory.Exists)
        ?? throw new BundleException(root, "the bundle has no denoiser: neither a folder 'unet' nor 'transformer'.");
}
