namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Models</c>: where the bundles are.</summary>
public sealed class ModelsOptions
{
    public const string Section = "Models";

    /// <summary>
    /// A folder of bundles, or one bundle. A relative path is looked for in the working folder, then beside the program, where the
    /// bundles that ship are.
    /// </summary>
    public string Folder { get; init; } = "models";

    /// <summary>The folder that <see cref="Folder"/> means.</summary>
    public string Resolve(string contentRoot)
    {
        string inContentRoot = Path.GetFullPath(Folder, contentRoot);
        return Directory.Exists(inContentRoot) ? inContentRoot : Path.GetFullPath(Folder, AppContext.BaseDirectory);
    }
}
