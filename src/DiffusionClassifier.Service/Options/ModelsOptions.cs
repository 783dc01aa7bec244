namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Models</c>: where the bundles are.</summary>
public sealed record ModelsOptions
{
    public const string Section = "Models";

    /// <summary>How the settings name <see cref="Folder"/>.</summary>
    public const string Folders = $"{Section}:{nameof(Folder)}";

    private const string Default = "models";

    /// <summary>
    /// Folders of bundles, or single bundles; one, or a list of them; none: <c>models</c>. A relative path is looked for in the working
    /// folder, then next to the program, where the bundles that ship are. Of two models with the same name, the first counts.
    /// </summary>
    public IReadOnlyList<string> Folder { get; set; } = [];

    /// <summary>Accepts a text in place of a list, which would bind to nothing.</summary>
    public void TakeText(string? text) => Folder = Folder.Count > 0 ? Folder : [string.IsNullOrEmpty(text) ? Default : text];

    /// <summary>The folders that <see cref="Folder"/> means.</summary>
    public IReadOnlyList<string> Resolve(string contentRoot) => [.. Folder.Select(folder => Resolve(folder, contentRoot))];

    private static string Resolve(string folder, string contentRoot)
    {
        string inContentRoot = Path.GetFullPath(folder, contentRoot);
        return Directory.Exists(inContentRoot) ? inContentRoot : Path.GetFullPath(folder, AppContext.BaseDirectory);
    }
}
