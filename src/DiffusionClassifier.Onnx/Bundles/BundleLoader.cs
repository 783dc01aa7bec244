using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Onnx.Families;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// Reads a model folder in the layout of diffusers and optimum: everything the method needs is taken from the files, nothing about a
/// model family is assumed. Loads no weights.
/// </summary>
internal static class BundleLoader
{
    private const string Transformer = "transformer", VaeEncoder = "vae_encoder", VaeDecoder = "vae_decoder";

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
        string denoiserFolder = FindDenoiser(root, index);
        JsonFile config = LostConfig.OfDenoiser(root, denoiserFolder, warnings);
        JsonFile? vaeConfig = JsonFile.TryRead(Path.Combine(root, VaeEncoder, LostConfig.FileName));
        var denoiser = DenoiserContract.Read(denoiserFolder, config, vaeConfig, ModelFamily.InputsOfAll);
        var family = ModelFamily.Of(root, denoiser.Graph);
        TextContract? text = family.ReadText(root, index, denoiser, config, warnings);
        VaeContract? vae = Has(root, VaeEncoder) ? VaeContract.Read(Path.Combine(root, VaeEncoder), denoiser, warnings) : null;
        if (vae is null)
            denoiser.RequirePixels(hasDecoder: Has(root, VaeDecoder));
        ImageCrop crop = classifier.Crop ?? family.Crop(Path.GetFileName(denoiserFolder) == Transformer, isLatent: vae is not null);
        denoiser = denoiser with { Inputs = family.BindAll(denoiser, text, vae?.ImageSize ?? denoiser.Shape.Height) };
        ClassList? classes = family.Conditioning == ConditioningKind.Class ? ClassList.Read(index, classifier, config) : null;
        denoiser.RequireHeads(classes?.Names.Count ?? 1);
        var process = DiffusionProcess.Read(root, index, denoiser, family.FlowTimestepScale, config, classifier, warnings);
        RequireInRange(classifier, process);
        if (FewSteps.Suspect(root, index, classifier.DisplayName, config) is { } fewSteps)
            warnings.Add(fewSteps);
        var model = new ModelContract(denoiser, process.Process) { Vae = vae, Text = text };
        ModelManifest manifest = Describe(Path.GetFileName(root), classifier, model, classes, process, crop);
        manifest = manifest with { Warnings = warnings, WeightBytes = WeightFiles.Length(model), Family = family.NameOf(model) };
        return new Bundle(root, manifest, model) { VerifiedFiles = classifier.VerifiedFiles };
    }

    private static ModelManifest Describe(
        string id, ClassifierFile classifier, ModelContract model, ClassList? classes, DiffusionProcess process, ImageCrop crop)
    {
        return new ModelManifest
        {
            Id = id,
            DisplayName = classifier.DisplayName ?? id,
            License = classifier.License,
            PromptBytes = model.Text?.BytesOfOne ?? 0,
            Conditioning = classes is null ? ConditioningKind.Text : ConditioningKind.Class,
            Classes = classes?.Names ?? [],
            AllClassesAtOnce = model.Denoiser.Size.Heads > 1,
            NullClass = model.Denoiser.Size.Heads > 1 ? null : classes?.NullClass,
            Template = classifier.Template,
            Latent = model.Denoiser.Shape,
            LatentScale = model.Vae?.Scale ?? 1,
            LatentShift = model.Vae?.Shift ?? 0,
            LearnedVariance = model.Denoiser.LearnedVariance,
            ScalarTimestep = model.Denoiser.ScalarTimestep,
            Preprocessing = new ImagePreprocessing(model.Vae?.ImageSize ?? model.Denoiser.Shape.Height, crop),
            Process = process.Process,
            TimestepFrom = process.From,
            TimestepTo = process.To,
            LastTimestepLeftOut = process.LastLeftOut,
            DefaultTrials = classifier.Trials,
            DefaultLoss = classifier.Loss,
            DefaultStrategy = classifier.Strategy,
            FittedBetas = classifier.Calibration.Betas,
            FittedWeightings = classifier.Calibration.Weightings,
            CalibratedTrials = classifier.Calibration.Trials,
            UsualErrors = classifier.Calibration.Usual,
            ChosenDraws = classifier.Calibration.Draws,
            DataType = model.Denoiser.Sample.Element switch
            {
                TensorElement.Half => "float16",
                TensorElement.BFloat16 => "bfloat16",
                _ => "float32",
            },
        };
    }

    private static void RequireInRange(ClassifierFile classifier, DiffusionProcess process)
    {
        IEnumerable<Trial> draws = classifier.Calibration.Draws.Values.SelectMany(chosen => chosen.Trials);
        if (draws.Any(trial => trial.Timestep < process.From || trial.Timestep >= process.To))
        {
            throw classifier.Complain(CalibrationFields.DrawsField, $"has timesteps outside of {process.From} to {process.To - 1}, "
                + "which the model is used at: choose draws anew, or remove the field.");
        }
    }

    private static bool Has(string root, string part) => Directory.Exists(Path.Combine(root, part));

    private static string FindDenoiser(string root, JsonFile index)
    {
        if (DenoiserFolders.Select(name => Path.Combine(root, name)).FirstOrDefault(Directory.Exists) is { } folder)
            return folder;
        string instead = Has(root, "controlnet")
            ? " A ControlNet alone is no model of images: use the base model."
            : index.Text("_class_name") is { } pipeline ? $" Going by {IndexFile} it is of a {pipeline}." : "";
        throw new BundleException(root, $"the bundle has no denoiser: neither a folder 'unet' nor 'transformer'.{instead}");
    }
}
