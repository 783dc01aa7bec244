namespace DiffusionClassifier.Testing;

/// <summary>
/// A copy of the shipped model that reads as a whole bundle and cannot be used all the same.
/// </summary>
public static class RefusedBundle
{
    private const string Graph = "unet/model.onnx", Weights = "unet/weights.bin";

    private static readonly string[] Copied = ["model_index.json", "scheduler/scheduler_config.json", "unet/config.json", Graph, Weights];

    /// <summary>
    /// Writes a bundle that ONNX Runtime refuses, as its graph has an operator that there is not, to a folder that does not exist yet.
    /// </summary>
    public static void Write(string folder)
    {
        Copy(folder);
        byte[] graph = File.ReadAllBytes(Path.Combine(folder, Graph));
        (byte[] known, byte[] unknown) = ("\"\u0004Conv"u8.ToArray(), "\"\u0004Conw"u8.ToArray()); // field 4 of a node, its operator
        int at = graph.AsSpan().IndexOf(known);
        unknown.CopyTo(graph, at);
        File.WriteAllBytes(Path.Combine(folder, Graph), graph);
    }

    /// <summary>Writes a bundle with weights that are no numbers.</summary>
    /// <inheritdoc cref="Write"/>
    public static void WriteNotFinite(string folder)
    {
        const int Damaged = 1 << 16; // bytes
        Copy(folder);
        using FileStream weights = File.OpenWrite(Path.Combine(folder, Weights));
        weights.Write([.. Enumerable.Repeat(byte.MaxValue, Damaged)]);
    }

    private static void Copy(string folder)
    {
        string original = Path.Combine(Repository.Root, "models", "cifar10");
        foreach (string file in Copied)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.Copy(Path.Combine(original, file), Path.Combine(folder, file));
        }

        File.WriteAllText(Path.Combine(folder, "classifier.json"), """{ "nullClass": 10, "timestepRange": [150, 850] }""");
    }
}
