using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>How large a model's files with weights are. Stateless.</summary>
internal static class WeightFiles
{
    /// <summary>Bytes of all graphs and of the files beside them; two graphs may have weights in the same file.</summary>
    public static long Length(ModelContract model) => model.Graphs.SelectMany(FilesOf).Distinct().Sum(Length);

    private static IEnumerable<string> FilesOf(OnnxGraph graph) =>
        graph.ExternalFiles.Keys.Select(name => Path.GetFullPath(name, Path.GetDirectoryName(graph.File)!)).Prepend(graph.File);

    private static long Length(string path)
    {
        using FileStream stream = File.OpenRead(path); // follows symbolic links; FileInfo.Length does not
        return stream.Length;
    }
}
