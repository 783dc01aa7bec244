namespace DiffusionClassifier.Evaluation.Files;

/// <summary>Pictures in folders that people and their systems have had their hands in. Stateless.</summary>
public static class PictureFolder
{
    private static readonly HashSet<string> Extensions = new([".jpg", ".jpeg", ".png", ".webp"], StringComparer.OrdinalIgnoreCase);

    // What archives, file servers and file managers leave behind beside what their names with a dot say.
    private static readonly HashSet<string> Debris = new(
        [
            "__MACOSX", "@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "@tmp", "$RECYCLE.BIN", "RECYCLER",
            "System Volume Information", "lost+found", "__pycache__", "Thumbs.db", "desktop.ini",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file or folder is hidden or was left by a system, and so is nobody's picture or class.</summary>
    /// <param name="name">Its name, without its folder.</param>
    public static bool IsDebris(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith('.') || Debris.Contains(name);
    }

    /// <summary>Whether a name is that of a picture.</summary>
    public static bool IsPicture(string file) => Extensions.Contains(Path.GetExtension(file));

    /// <summary>All pictures in a folder, however deep, in the order of their paths, without debris.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<string> Find(string folder) =>
        [
            .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(IsPicture)
                .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(IsDebris))
                .Order(StringComparer.Ordinal),
        ];
}
