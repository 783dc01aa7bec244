namespace DiffusionClassifier.Onnx.Files;

/// <summary>
/// Writes files of a bundle so that a service that starts meanwhile reads the old one or the new one, never half of one. Stateless.
/// </summary>
internal static class AtomicFile
{
    public static void Write(string file, ReadOnlySpan<byte> content)
    {
        string fresh = $"{file}.new";
        File.WriteAllBytes(fresh, content);
        File.Move(fresh, file, overwrite: true);
    }
}
