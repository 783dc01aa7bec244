namespace DiffusionClassifier.Testing;

/// <summary>Where things are in the checkout that a test was built from.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of build outputs that the calling test is in.</summary>
    public static string Artifacts { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../..")); // above bin/PROJECT/CONFIGURATION

    /// <summary>Full path of an image in <c>samples/</c>.</summary>
    public static string Sample(string name) => Path.Combine(Root, "samples", name);

    /// <summary>Full path of a program's assembly, built in the same configuration as the calling test.</summary>
    public static string Program(string project, string assembly)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(Artifacts, "bin", project, configuration, $"{assembly}.dll");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DiffusionClassifier.Service.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests run from a build output below the folder of DiffusionClassifier.Service.sln.");
    }
}
