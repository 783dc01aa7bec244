using System.Text;
using System.Text.Json;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// Lists the SHA-256 of a bundle's files in its classifier.json: of model_index.json and of everything in the folders next to it, because
/// these are what the program reads. Everything else in the file stays as it is, including comments and layout.
/// </summary>
public static class HashWriter
{
    /// <param name="folder">The bundle's.</param>
    /// <param name="replace">Replaces a file so that a service that starts meanwhile reads the old one or the new one.</param>
    /// <exception cref="BundleException">The folder is not a bundle, or a file cannot be read or written.</exception>
    public static void Write(string folder, Action<string, byte[]> replace)
    {
        ArgumentNullException.ThrowIfNull(replace);
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), file = Path.Combine(root, ClassifierFile.Name);
        JsonFile.Read(Path.Combine(root, BundleLoader.IndexFile)); // before anything is written into a folder that is not a bundle
        byte[] text = JsonFile.TryRead(file) is null ? "{}"u8.ToArray() : Encoding.UTF8.GetBytes(File.ReadAllText(file));
        byte[] listed = Put(text, Encoding.UTF8.GetBytes(Property(root)));
        try
        {
            replace(file, listed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(file, $"cannot be written: {exception.Message}", exception);
        }
    }

    private static string Property(string root)
    {
        var visible = new EnumerationOptions { RecurseSubdirectories = true }; // which leaves hidden ones out
        IEnumerable<string> inFolders = Directory.EnumerateDirectories(root).Where(IsVisible)
            .SelectMany(part => Directory.EnumerateFiles(part, "*", visible))
            .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'));
        IEnumerable<string> entries = inFolders.Append(BundleLoader.IndexFile).Order(StringComparer.Ordinal)
            .Select(name => $"    {JsonSerializer.Serialize(name)}: \"{FileHashes.Compute(Path.Combine(root, name))}\"");
        return $"\"{ClassifierFile.Hashes}\": {{\n{string.Join(",\n", entries)}\n  }}";
    }

    private static bool IsVisible(string folder) => !Path.GetFileName(folder).StartsWith('.');

    // In place of the property of that name, else after the last one.
    private static byte[] Put(ReadOnlySpan<byte> json, ReadOnlySpan<byte> property)
    {
        var options = new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var reader = new Utf8JsonReader(json, options);
        reader.Read();
        int end = (int)reader.BytesConsumed;
        bool any = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int begin = (int)reader.TokenStartIndex;
            bool found = reader.ValueTextEquals(ClassifierFile.Hashes);
            reader.Read();
            reader.Skip();
            end = (int)reader.BytesConsumed;
            if (found)
                return [.. json[..begin], .. property, .. json[end..]];
            any = true;
        }

        return [.. json[..end], .. any ? ",\n  "u8 : "\n  "u8, .. property, .. any ? ""u8 : "\n"u8, .. json[end..]];
    }
}
