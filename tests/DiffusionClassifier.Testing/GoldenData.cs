using System.Runtime.InteropServices;
using System.Text.Json;
namespace DiffusionClassifier.Testing;

/// <summary>
/// Reference numbers made by the original Python code. The folder is named by the environment variable <c>DC_GOLDEN</c>, else it is
/// <c>../shared/golden</c> beside the repository. Tests that need it are skipped, and say so, where it is absent. Nothing may depend
/// on names, counts or sizes of one particular set: everything is enumerated from its JSON files.
/// </summary>
public static class GoldenData
{
    /// <summary>The folder, or null if there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Skips the calling test where the golden data is absent; otherwise the full path of <paramref name="relative"/>.</summary>
    public static string Require(string relative)
    {
        Assert.SkipUnless(Folder is not null, "Golden data not found: set DC_GOLDEN to its folder.");
        string path = Path.Combine(Folder!, relative);
        Assert.SkipUnless(Path.Exists(path), $"The golden data has no {relative}.");
        return path;
    }

    public static JsonElement Json(string relative)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Require(relative)));
        return document.RootElement.Clone();
    }

    /// <summary>Reads the raw little-endian array that a <c>{file, dtype, shape}</c> entry describes.</summary>
    public static T[] Array<T>(JsonElement entry) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Require(entry.GetProperty("file").GetString()!))).ToArray();

    private static string? Find()
    {
        string? configured = Environment.GetEnvironmentVariable("DC_GOLDEN");
        if (!string.IsNullOrEmpty(configured))
            return Directory.Exists(configured) ? configured : throw new DirectoryNotFoundException($"DC_GOLDEN names '{configured}', which does not exist.");
        string beside = Path.GetFullPath(Path.Combine(Repository.Root, "../shared/golden"));
        return Directory.Exists(beside) ? beside : null;
    }
}
