using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>Our own additions to a bundle: its optional <c>classifier.json</c>, with every default filled in. Immutable.</summary>
internal sealed record ClassifierFile
{
    public const string Name = "classifier.json";

    /// <summary>The field with the SHA-256 of the bundle's files.</summary>
    public const string Hashes = "sha256";

    private const int DefaultTrials = 128; // where a bundle recommends nothing: enough for a stable winner, minutes at most on a GPU
    private const string Placeholder = "{label}";

    public string? DisplayName { get; private init; }

    public string? License { get; private init; }

    /// <summary>The prompt of a label.</summary>
    public string Template { get; private init; } = Placeholder;

    /// <summary>The embedding that stands for "no class", where the file names one.</summary>
    public int? NullClass { get; private init; }

    /// <summary>How images are cropped, if the file says.</summary>
    public ImageCrop? Crop { get; private init; }

    public int Trials { get; private init; } = DefaultTrials;

    public PredictionLoss Loss { get; private init; } = PredictionLoss.L2;

    public Strategy Strategy { get; private init; } = Strategy.Race;

    /// <summary>What was fitted to labeled data.</summary>
    public CalibrationFields Calibration { get; private init; } = CalibrationFields.None;

    /// <summary>The files that are as the file's hashes say.</summary>
    public IReadOnlyList<string> VerifiedFiles { get; private init; } = [];

    private JsonFile? Json { get; init; }

    /// <param name="root">The bundle's folder.</param>
    /// <param name="warnings">Gets what the file asks for and this version does not have.</param>
    /// <exception cref="BundleException">A field has an invalid value, or a file of the bundle does not match its hash.</exception>
    public static ClassifierFile Read(string root, List<string> warnings)
    {
        if (JsonFile.TryRead(Path.Combine(root, Name)) is not { } json)
            return new ClassifierFile();
        JsonFile? recommended = json.Object("recommended");
        return new ClassifierFile
        {
            Json = json,
            DisplayName = json.Text("displayName"),
            License = json.Text("license") ?? json.Text("licence"),
            Template = ReadTemplate(json),
            NullClass = json.Integer("nullClass"),
            Crop = ReadCrop(json),
            Trials = ReadTrials(recommended),
            Loss = Choice(recommended, "loss", PredictionLoss.L2, warnings),
            Strategy = Choice(recommended, "strategy", Strategy.Race, warnings),
            Calibration = CalibrationFields.Read(json),
            VerifiedFiles = FileHashes.Verify(root, json.Object(Hashes)),
        };
    }

    /// <summary>The timesteps [from, to) that the model is informative in; all of them if the file says nothing.</summary>
    public (int From, int To) TimestepRange(int trainTimesteps)
    {
        if (Json?.Numbers("timestepRange") is not { } range)
            return (0, trainTimesteps);
        if (range.Count == 2 && range.All(double.IsInteger) && range[0] >= 0 && range[0] < range[1] && range[1] <= trainTimesteps)
            return ((int)range[0], (int)range[1]);
        throw Complain("timestepRange", $"must be two whole numbers [from, to) with 0 ≤ from < to ≤ {trainTimesteps}.");
    }

    /// <summary>An exception that names the file and the field, which it has.</summary>
    public BundleException Complain(string name, string reason) => Json!.Complain(name, reason);

    private static string ReadTemplate(JsonFile json) => json.Text("template") switch
    {
        null => Placeholder,
        { } template when template.Contains(Placeholder, StringComparison.Ordinal) => template,
        _ => throw json.Complain("template", $"has no {Placeholder}: write {Placeholder} where the label belongs."),
    };

    private static ImageCrop? ReadCrop(JsonFile json) => json.Text("crop") switch
    {
        null => null,
        "sd" => ImageCrop.Sd,
        "dit" => ImageCrop.Dit,
        { } other => throw json.Complain("crop", $"is '{other}'; it must be 'sd' or 'dit'."),
    };

    private static int ReadTrials(JsonFile? recommended) => recommended?.Integer("trials") switch
    {
        null => DefaultTrials,
        >= 1 and int trials => trials,
        int trials => throw recommended.Complain("trials", $"is {trials}; it must be at least 1."),
    };

    // A newer bundle may recommend what this version does not know: say so and continue.
    private static T Choice<T>(JsonFile? recommended, string name, T fallback, List<string> warnings) where T : struct, Enum
    {
        if (recommended?.Text(name) is not { } text)
            return fallback;
        if (EnumWords.TryParse(text, out T value))
            return value;
        warnings.Add($"The bundle recommends the {name} '{text}', which this version does not have; it uses '{EnumWords.Of(fallback)}'.");
        return fallback;
    }
}
