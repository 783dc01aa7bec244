namespace DiffusionClassifier.Evaluation.Files;

/// <summary>Image files of unknown size. Stateless.</summary>
public static class PictureFile
{
    /// <summary>
    /// Reads at most one byte more than the limit, whatever the file claims to be (a pipe, a device): the engine refuses more than the
    /// limit.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="limit">Bytes, at least 0.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string file, long limit, CancellationToken cancellationToken)
    {
        await using FileStream stream = File.OpenRead(file);
        return await ReadAsync(stream, limit, cancellationToken);
    }

    /// <summary>As <see cref="ReadAsync(string, long, CancellationToken)"/>, for an open stream.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, long limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var bytes = new MemoryStream();
        var buffer = new byte[81920]; // .NET's own copy buffer: the largest multiple of 4 KiB below the large object heap
        while (bytes.Length <= limit && await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            bytes.Write(buffer, 0, count);
        return bytes.GetBuffer().AsMemory(0, (int)Math.Min(bytes.Length, limit + 1));
    }
}
