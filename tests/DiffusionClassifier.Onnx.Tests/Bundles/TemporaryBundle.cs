using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>The shipped bundle, but for its pair of graphs, in a folder of its own, for a test to break. The graph is a link until it is written to.</summary>
internal sealed class TemporaryBundle : IDisposable
{
    private static readonly string[] Copied = ["model_index.json", "scheduler/scheduler_config.json", "unet/config.json"];

    // Not the shipped one, which changes with every calibration and knows the hashes of the files.
    public const string Classifier = """
        {
          "displayName": "CIFAR-10, 3.6 M parameters",
          "conditioning": "class",
          "nullClass": 10,
          "timestepRange": [150, 850],
          "recommended": {"trials": 128, "strategy": "fixed", "loss": "l2"}
        }
        """;

    private readonly string _parent = Directory.CreateTempSubdirectory("bundle-").FullName;

    public TemporaryBundle()
    {
        Folder = Path.Combine(_parent, "copy");
        foreach (string file in Copied)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
            File.Copy(Path.Combine(Original, file), PathOf(file));
        }

        Write("classifier.json", Classifier);
        File.CreateSymbolicLink(PathOf(Model), Path.Combine(Original, Model));
        File.Copy(Path.Combine(Original, Weights), PathOf(Weights)); // ONNX Runtime follows no link out of the graph's folder
    }

    public const string Model = "unet/model.onnx", Weights = "unet/weights.bin";

    public static string Original { get; } = Path.Combine(Repository.Root, "models", "cifar10");

    /// <summary>The folder that holds the bundle alone.</summary>
    public string Parent => _parent;

    public string Folder { get; }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string file, byte[] bytes)
    {
        File.Delete(PathOf(file));
        File.WriteAllBytes(PathOf(file), bytes);
    }

    public void Replace(string file, string old, string replacement)
    {
        string text = File.ReadAllText(PathOf(file));
        Assert.Contains(old, text, StringComparison.Ordinal);
        Write(file, text.Replace(old, replacement, StringComparison.Ordinal));
    }

    public Bundle Load() => BundleLoader.Load(Folder);

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
