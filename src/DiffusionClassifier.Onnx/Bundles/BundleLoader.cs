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
        ClassifierFile classifier = ClassifierFile.Read(root, warnings); // first: it knows whether the other files are whole
        JsonFile index = JsonFile.Read(Path.Combine(root, IndexFile));
        if (Has(root, SecondTextEncoder))
            throw new BundleException(Path.Combine(root, SecondTextEncoder), "models with two text encoders (SDXL, Stable Diffusion 3) are not supported: use an export of Stable Diffusion 1.x or 2.x.");

        string denoiserFolder = FindDenoiser(root);
        JsonFile denoiserConfig = JsonFile.Read(Path.Combine(denoiserFolder, "config.json"));
        DenoiserContract denoiser = DenoiserContract.Read(denoiserFolder, denoiserConfig, Has(root, TextEncoder) ? ConditioningKind.Text : ConditioningKind.Class);
        TextEncoderContract? text = Has(root, TextEncoder) ? TextEncoderContract.Read(root, TextEncoder, denoiser, warnings) : null;
        ClassList? classes = text is null ? ClassList.Read(index, classifier, denoiserConfig) : null;
        DiffusionProcess process = DiffusionProcess.Read(root, classifier, warnings);
        VaeContract? vae = Has(root, VaeEncoder) ? VaeContract.Read(Path.Combine(root, VaeEncoder), denoiser, warnings) : null;
        if (vae is null)
            denoiser.RequirePixels();
        ImageCrop crop = classifier.Crop ?? (classes is not null && vae is not null && Path.GetFileName(denoiserFolder) == Transformer ? ImageCrop.Dit : ImageCrop.Sd);
        var preprocessing = new ImagePreprocessing(vae?.ImageSize ?? denoiser.Shape.Height, crop);
        return new Bundle(root, Describe(root, classifier, denoiser, vae, classes, process, preprocessing) with { Warnings = warnings }) { Denoiser = denoiser, Vae = vae, Text = text, VerifiedFiles = classifier.VerifiedFiles };
    }

    private static ModelManifest Describe(string root, ClassifierFile classifier, DenoiserContract denoiser, VaeContract? vae, ClassList? classes, DiffusionProcess process, ImagePreprocessing preprocessing) => new()
    {
        Id = Path.GetFileName(root),
        DisplayName = classifier.DisplayName ?? Path.GetFileName(root),
        License = classifier.License,
        Conditioning = classes is null ? ConditioningKind.Text : ConditioningKind.Class,
        Classes = classes?.Names ?? [],
        NullClass = classes?.NullClass,
        Template = classifier.Template,
        Latent = denoiser.Shape,
        LatentScale = vae?.Scale ?? 1,
        LatentShift = vae?.Shift ?? 0,
        LearnedVariance = denoiser.LearnedVariance,
        ScalarTimestep = denoiser.ScalarTimestep,
        Preprocessing = preprocessing,
        Schedule = process.Schedule,
        Prediction = process.Prediction,
        TimestepFrom = process.From,
        TimestepTo = process.To,
        LastTimestepLeftOut = process.LastLeftOut,
        DefaultTrials = classifier.Trials,
        DefaultLoss = classifier.Loss,
        DefaultStrategy = classifier.Strategy,
        FittedBetas = classifier.Calibration.Betas,
        FittedWeightings = classifier.Calibration.Weightings,
        CalibratedTrials = classifier.Calibration.Trials,
        DataType = denoiser.Sample.Element == TensorElement.Half ? "float16" : "float32",
    };

    private static bool Has(string root, string part) => Directory.Exists(Path.Combine(root, part));

    private static string FindDenoiser(string root) =>
        DenoiserFolders.Select(name => Path.Combine(root, name)).FirstOrDefault(Directory.Exists)
        ?? throw new BundleException(root, "the bundle has no denoiser: neither a folder 'unet' nor 'transformer'.");
}
