namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// When and how large the files of a bundle were as it was read. A model that is opened again later must be the one that requests, stored
/// answers and running jobs know by its name: another in the same folder is refused until the server reads the folder anew. Immutable.
/// </summary>
internal sealed class BundleStamp
{
    // Not folders that other programs keep beside a model (.git, .cache), nor those that this one may not read.
    private static readonly EnumerationOptions Visible = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };
    private static readonly EnumerationOptions VisibleFolders = new() { IgnoreInaccessible = true };

    private readonly string _root;
    private readonly Dictionary<string, (long Length, DateTime Written)> _files;

    private BundleStamp(string root) =>
        (_root, _files) = (root, FilesOf(root).ToDictionary(file => file, file => Look(Path.Combine(root, file))));

    public static BundleStamp Of(string root) => new(root);

    /// <summary>Files with graphs, weights, schedule and tokenizer; not those beside these folders: classifier.json holds settings, others
    /// are texts.</summary>
    public static IEnumerable<string> FilesOf(string root) => Directory.EnumerateDirectories(root, "*", VisibleFolders)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", Visible))
        .Order(StringComparer.Ordinal).Select(file => Path.GetRelativePath(root, file));

    /// <exception cref="Files.BundleException">A file is another than it was, is gone, or was not there.</exception>
    public void Check()
    {
        Dictionary<string, (long, DateTime)> now = Directory.Exists(_root) ? Of(_root)._files : [];
        string? changed = _files.Keys.Union(now.Keys).FirstOrDefault(
            file => !_files.TryGetValue(file, out var then) || !now.TryGetValue(file, out var same) || then != same);
        if (changed is not null)
        {
            throw new Files.BundleException(Path.Combine(_root, changed),
                "the file has changed since the server started: restart the server to serve the model as it is now.");
        }
    }

    private static (long Length, DateTime Written) Look(string path)
    {
        var link = new FileInfo(path);
        FileSystemInfo file = link.ResolveLinkTarget(returnFinalTarget: true) ?? link; // what is read, as in the Hugging Face cache
        return file is FileInfo { Exists: true } found ? (found.Length, found.LastWriteTimeUtc) : default;
    }
}
