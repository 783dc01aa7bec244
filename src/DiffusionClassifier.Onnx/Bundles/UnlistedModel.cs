using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// A folder without the file that makes it a bundle, which looks like a model all the same: whoever put it there is told what it lacks.
/// Stateless.
/// </summary>
internal static class UnlistedModel
{
    private const int Depth = 3; // below a folder; deeper than any bundle's files, and than the snapshots in a cache of Hugging Face's hub
    private const string Graphs = "*.onnx";
    private const string Export = "'optimum-cli export onnx --model NAME FOLDER' makes a folder with everything in it, as docs/models.md says";

    private static readonly string[] Parts = ["unet", "transformer", "text_encoder", "vae_encoder", "scheduler"];
    private static readonly string[] Weights = ["*.safetensors", "*.bin", "*.ckpt", "*.pt", "*.pth"];
    private static readonly string[] OtherWeights = ["*.gguf", "*.msgpack", "*.ort"];

    /// <summary>Whether the folder has a part of a model in itself, not in the folders below it.</summary>
    public static bool IsModel(string folder) =>
        PartOf(folder) is not null || Find(folder, Graphs, 0) is not null || WeightsIn(folder) is not null || OthersIn(folder) is not null;

    /// <summary>What a folder without <see cref="BundleLoader.IndexFile"/> lacks; null: nothing in it looks like a model.</summary>
    public static BundleException? Complain(string folder)
    {
        string lacks = $"the folder has no {BundleLoader.IndexFile}, which makes it a model";
        if (Find(folder, BundleLoader.IndexFile, Depth) is { } index)
        {
            return new BundleException(folder, $"{lacks}, but one below it has, {Path.GetDirectoryName(index)}: "
                + "put that one in this one's place.");
        }

        if (Find(folder, Graphs, Depth) is { } graph)
        {
            return new BundleException(folder, $"{lacks}, but an ONNX graph, {graph}: copy the file from where the model is from, "
                + $"or export the model again; {Export}.");
        }

        if (WeightsIn(folder) is { } weights)
        {
            return new BundleException(folder, $"{lacks}, but PyTorch's weights, {weights}, and no ONNX graph: "
                + $"export the model to ONNX; {Export}.");
        }

        if (OthersIn(folder) is { } others)
        {
            return new BundleException(folder, $"{lacks}, but weights for other programs, {others}, and no ONNX graph: "
                + $"export the original model to ONNX; {Export}.");
        }

        return PartOf(folder) is { } part
            ? new BundleException(folder, $"{lacks}, but a folder '{part}', and no ONNX graph: it is a part of a model; {Export}.")
            : null;
    }

    /// <summary>PyTorch's weights in a folder or in the parts of a model there, as a path in it; null: there are none.</summary>
    public static string? WeightsIn(string folder) => FirstIn(folder, Weights);

    private static string? OthersIn(string folder) => FirstIn(folder, OtherWeights);

    private static string? FirstIn(string folder, string[] patterns) =>
        (from place in Parts.Prepend("")
         where Directory.Exists(Path.Combine(folder, place))
         from pattern in patterns
         select Find(Path.Combine(folder, place), pattern, 0) is { } file ? Path.Combine(place, file) : null)
        .FirstOrDefault(file => file is not null);

    private static string? PartOf(string folder) => Parts.FirstOrDefault(part => Directory.Exists(Path.Combine(folder, part)));

    // The first by name, as a path in the folder. What may not be read is passed over, and so is what is hidden.
    private static string? Find(string folder, string pattern, int depth)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = depth > 0, MaxRecursionDepth = depth };
        return Directory.EnumerateFiles(folder, pattern, options)
            .Select(file => Path.GetRelativePath(folder, file))
            .Min(StringComparer.Ordinal);
    }
}
