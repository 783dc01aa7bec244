using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>What is in the place of a graph that is not there. Stateless.</summary>
internal static class MissingGraph
{
    private const string OtherPrecisions = "model_*.onnx"; // as optimum calls them: model_fp16.onnx, model_quantized.onnx

    private static readonly string[] Weights = ["*.safetensors", "*pytorch_model*.bin"];

    public static BundleException Explain(string file)
    {
        string folder = Path.GetDirectoryName(file)!;
        if (Path.GetFileName(file) == OnnxGraph.FileName && Find(folder, OtherPrecisions) is { } other)
            return new(file, $"the file is missing; the graph here is called {other}: rename it to {OnnxGraph.FileName}.");
        return new BundleException(file, Find(folder, Weights) is { } weights
            ? $"the file is missing; in its place are PyTorch's weights, {weights}. Export the model to ONNX, with 'optimum-cli export onnx "
                + "--model NAME FOLDER', as docs/models.md says."
            : "the file is missing.");
    }

    private static string? Find(string folder, params string[] patterns) => Directory.Exists(folder)
        ? patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).Select(Path.GetFileName).Min(StringComparer.Ordinal)
        : null;
}
