using DiffusionClassifier.Cli.Errors;

namespace DiffusionClassifier.Cli.Input;

/// <summary>Picture files as the caller names them.</summary>
internal static class ImageFile
{
    /// <summary>A slip in one name should not show after minutes of work on the others.</summary>
    /// <exception cref="UserException">Not all of them are files.</exception>
    public static void RequireAll(IEnumerable<string> files)
    {
        string[] missing = [.. files.Where(file => !File.Exists(file))];
        if (missing is [var only])
            throw new UserException(Directory.Exists(only) ? $"{only} is a folder: name the pictures in it." : $"There is no file {only}.");
        if (missing.Length > 1)
            throw new UserException($"There are no files {string.Join(", ", missing)}.");
    }

    /// <summary>Reads at most one byte more than the limit, whatever the file claims to be (a pipe, a device): the engine refuses that.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string file, long limit, CancellationToken cancellationToken)
    {
        await using FileStream stream = File.OpenRead(file);
        using var bytes = new MemoryStream();
        var buffer = new byte[81920]; // .NET's own copy buffer: the largest multiple of 4 KiB below the large object heap
        while (bytes.Length <= limit && await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            bytes.Write(buffer, 0, count);
        return bytes.GetBuffer().AsMemory(0, (int)Math.Min(bytes.Length, limit + 1));
    }
}
