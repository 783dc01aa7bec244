namespace DiffusionClassifier.Evaluation.Files;

/// <summary>Replaces files so that a reader sees the old one or the new one, never half of one. Stateless.</summary>
public static class AtomicFile
{
    /// <summary>Writes a text as UTF-8.</summary>
    /// <param name="file">The file, whether or not it exists; its folder needs room for another one.</param>
    /// <param name="text">All of its text.</param>
    /// <exception cref="IOException">It cannot be written; the old file stays.</exception>
    public static void WriteText(string file, string text) => Write(file, stream =>
    {
        using var writer = new StreamWriter(stream); // UTF-8 without a byte order mark
        writer.Write(text);
    });

    /// <summary>Writes bytes.</summary>
    /// <param name="file">The file, whether or not it exists; its folder needs room for another one.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="IOException">It cannot be written; the old file stays.</exception>
    public static void WriteBytes(string file, byte[] content) => Write(file, stream => stream.Write(content));

    /// <summary>Writes bytes as they come.</summary>
    /// <param name="file">The file, whether or not it exists; its folder needs room for another one.</param>
    /// <param name="write">Writes all of it to a stream, which it may close.</param>
    /// <exception cref="IOException">It cannot be written; the old file stays.</exception>
    public static void Write(string file, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string fresh = $"{file}.new";
        try
        {
            using (FileStream stream = File.Create(fresh))
                write(stream);
            File.Move(fresh, file, overwrite: true);
        }
        catch
        {
            File.Delete(fresh); // half a file should not keep a full disk full
            throw;
        }
    }
}
