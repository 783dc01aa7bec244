using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>A bundle with one part's graph exchanged, made of symbolic links as in Hugging Face's cache; gone when disposed.</summary>
internal sealed class LinkedBundle : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("linked-").FullName;

    /// <param name="original">The bundle.</param>
    /// <param name="part">The part whose graph is exchanged.</param>
    /// <param name="graph">The other graph.</param>
    public LinkedBundle(string original, string part, byte[] graph)
    {
        string variant = Path.Combine(_parent, "blobs", part);
        Directory.CreateDirectory(Path.GetDirectoryName(variant)!);
        File.WriteAllBytes(variant, graph);
        string root = Path.Combine(_parent, "linked");
        foreach (string file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(original, file);
            bool exchanged = relative == Path.Combine(part, OnnxGraph.FileName);
            string link = Path.Combine(root, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, exchanged ? variant : file);
        }

        Bundle = BundleLoader.Load(root);
    }

    public Bundle Bundle { get; }

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
