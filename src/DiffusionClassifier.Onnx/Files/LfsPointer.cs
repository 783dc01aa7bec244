namespace DiffusionClassifier.Onnx.Files;

/// <summary>The few lines that a clone without Git LFS has in a large file's place. Stateless.</summary>
internal static class LfsPointer
{
    private static ReadOnlySpan<byte> Beginning => "version https://git-lfs"u8;

    /// <exception cref="BundleException">The file is one.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static void Refuse(string file)
    {
        using FileStream stream = File.OpenRead(file);
        Span<byte> read = stackalloc byte[Beginning.Length];
        if (stream.ReadAtLeast(read, read.Length, throwOnEndOfStream: false) == read.Length && read.SequenceEqual(Beginning))
            throw new BundleException(file, "it is only Git LFS's note of the file: fetch the file itself, with 'git lfs pull'.");
    }
}
