using DiffusionClassifier.Core.Residency;

namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Models</c>: where the bundles are, and which of them are in memory.</summary>
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

    /// <summary>
    /// Bytes of weights that the models of one device may take together: the least recently used ones leave for those that are asked for.
    /// On a CPU there must also be room for the file of the model that is read, or it is read when it is alone. A model that is larger by
    /// itself is refused. Not set, or 0: no bound; models leave for others only where a device has no memory left.
    /// </summary>
    public long? MaxBytes { get; init; }

    /// <summary>
    /// Whether models are loaded when the server starts, the default model first, as many as fit; otherwise, and those that do not fit,
    /// when they are first asked for.
    /// </summary>
    public bool LoadAtStart { get; init; } = true;

    /// <summary>Accepts a text in place of a list, which would bind to nothing.</summary>
    public void TakeText(string? text) => Folder = Folder.Count > 0 ? Folder : [string.IsNullOrEmpty(text) ? Default : text];

    /// <summary>What the engine is told of them.</summary>
    public ResidencyOptions Residency() => new() { MaxBytes = MaxBytes is 0 ? null : MaxBytes, LoadAtStart = LoadAtStart };

    /// <summary>The folders that <see cref="Folder"/> means.</summary>
    public IReadOnlyList<string> Resolve(string contentRoot) => [.. Folder.Select(folder => Resolve(folder, contentRoot))];

    private static string Resolve(string folder, string contentRoot)
    {
        string inContentRoot = Path.GetFullPath(folder, contentRoot);
        return Directory.Exists(inContentRoot) ? inContentRoot : Path.GetFullPath(folder, AppContext.BaseDirectory);
    }
}
