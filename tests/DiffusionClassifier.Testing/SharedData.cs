namespace DiffusionClassifier.Testing;

/// <summary>
/// Real data sets, which are not part of the repository: the folder named by the environment variable <c>DC_DATA</c>, else
/// <c>../shared/data</c> beside the repository. Tests that need them are skipped, and say so, where they are absent.
/// </summary>
public static class SharedData
{
    /// <summary>Skips the calling test where the file is absent; otherwise its full path.</summary>
    public static string Require(string relative)
    {
        string folder = Environment.GetEnvironmentVariable("DC_DATA") is { Length: > 0 } configured ? configured : Path.Combine(Repository.Root, "../shared/data");
        string path = Path.GetFullPath(Path.Combine(folder, relative));
        Assert.SkipUnless(File.Exists(path), $"No {relative}: set DC_DATA to the folder of the data sets.");
        return path;
    }
}
