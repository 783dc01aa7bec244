using System.Runtime.InteropServices;
using System.Text.Json;

namespace DiffusionClassifier.Testing;

/// <summary>
/// A folder of reference numbers that the original Python code made. Tests that need it are skipped, and say so, where it is absent. Nothing
/// may depend on names, counts or sizes of one particular set: everything is enumerated from its JSON files.
/// </summary>
/// <param name="variable">The environment variable that names it.</param>
/// <param name="name">Its name in <c>../shared</c> beside the repository, where the variable does not name it.</param>
public sealed class GoldenFolder(string variable, string name)
{
    /// <summary>Of U-Nets and DiT.</summary>
    public static readonly GoldenFolder Models = new("DC_GOLDEN", "golden");

    /// <summary>Of what came after them.</summary>
    public static readonly GoldenFolder Families = new("DC_GOLDEN_FAMILIES", "golden-families");

    /// <summary>The folder, or null if there is none.</summary>
    public string? Folder { get; } = Find(variable, name);

    /// <summary>Skips the calling test where the golden data is absent; otherwise the full path of <paramref name="relative"/>.</summary>
    public string Require(string relative)
    {
        Assert.SkipUnless(Folder is not null, $"Golden data not found: set {variable} to its folder.");
        string path = Path.Combine(Folder!, relative);
        Assert.SkipUnless(Path.Exists(path), $"The golden data has no {relative}.");
        return path;
    }

    public JsonElement Json(string relative)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Require(relative)));
        return document.RootElement.Clone();
    }

    /// <summary>Reads the raw little-endian array that a <c>{file, dtype, shape}</c> entry describes.</summary>
    public T[] Array<T>(JsonElement entry) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Require(entry.GetProperty("file").GetString()!))).ToArray();

    private static string? Find(string variable, string name)
    {
        string? configured = Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrEmpty(configured))
            return Directory.Exists(configured) ? configured : throw new DirectoryNotFoundException($"{variable} names '{configured}', which does not exist.");
        string beside = Path.GetFullPath(Path.Combine(Repository.Root, "../shared", name));
        return Directory.Exists(beside) ? beside : null;
    }
}
