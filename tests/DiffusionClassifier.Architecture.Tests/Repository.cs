using System.Runtime.CompilerServices;

namespace DiffusionClassifier.Architecture.Tests;

/// <summary>The folder that the sources were compiled in.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../.."));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
