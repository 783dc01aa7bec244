using System.Security.Cryptography;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// Checks a bundle's files against the SHA-256 that its classifier.json lists, to detect damaged or replaced files. Stateless.
/// </summary>
internal static class FileHashes
{
    private const int BufferSize = 1 << 20; // few system calls for files of gigabytes
    private const int Shown = 12; // digits of a hash in a message: enough to compare by eye

    /// <param name="root">The bundle's folder.</param>
    /// <param name="listed">The hash of each file, by its path in the folder; null: none.</param>
    /// <returns>The files that are as listed; all others of the bundle are not checked.</returns>
    /// <exception cref="BundleException">A file is missing or has another hash, or an entry is none.</exception>
    public static IReadOnlyList<string> Verify(string root, JsonFile? listed)
    {
        string[] names = [.. listed?.Names ?? []];
        foreach (string name in names)
            Verify(root, listed!, name);
        return names;
    }

    /// <summary>The hash of a file as 64 lower-case hexadecimal digits, read in pieces.</summary>
    /// <exception cref="BundleException">The file cannot be read.</exception>
    public static string Compute(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(path, $"cannot be read: {exception.Message}", exception);
        }
    }

    private static void Verify(string root, JsonFile listed, string name)
    {
        if (listed.Text(name) is not { Length: 2 * SHA256.HashSizeInBytes } expected || !expected.All(char.IsAsciiHexDigit))
            throw listed.Complain(name, $"must be a SHA-256: {2 * SHA256.HashSizeInBytes} hexadecimal digits.");
        string? path = name.Contains('\0') ? null : Path.GetFullPath(Path.Combine(root, name));
        if (path?.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) != true)
            throw listed.Complain(name, "is not a file of the bundle: paths are relative to the bundle's folder.");
        if (!File.Exists(path))
            throw new BundleException(path, $"the file is missing; {ClassifierFile.Name} lists its SHA-256.");
        string found = Compute(path);
        if (!found.Equals(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new BundleException(path,
                $"its SHA-256 is {found[..Shown]}…, but {ClassifierFile.Name} lists {expected[..Shown].ToLowerInvariant()}…: it is "
                + "damaged or another version. Copy it again; if it is right, run 'dclassify inspect --write-sha256'.");
        }
    }
}
