namespace DiffusionClassifier.Client;

/// <summary>An image of a batch, which is opened when it is sent.</summary>
/// <param name="Name">Names it in the results.</param>
/// <param name="Open">Opens it; called again if the batch is sent again.</param>
public sealed record BatchImage(string Name, Func<Stream> Open)
{
    /// <summary>A file, named by its name without its folder.</summary>
    public static BatchImage FromFile(string path) => new(Path.GetFileName(path), () => File.OpenRead(path));

    /// <summary>An image that is in memory.</summary>
    public static BatchImage FromBytes(string name, byte[] image) => new(name, () => new MemoryStream(image, writable: false));
}
