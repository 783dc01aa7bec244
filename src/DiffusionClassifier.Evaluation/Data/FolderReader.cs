using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>A folder with a folder for each class, however deep the pictures lie in it (ImageNet's layout).</summary>
internal static class FolderReader
{
    private static readonly HashSet<string> Extensions = new([".jpg", ".jpeg", ".png", ".webp"], StringComparer.OrdinalIgnoreCase);

    /// <exception cref="EvaluationException">There are no folders in it.</exception>
    public static DataSet Read(string path, long maxBytes)
    {
        string[] classes = Directory.Exists(path)
            ?
            [
                .. Directory.EnumerateDirectories(path)
                    .Select(DataSource.NameOf)
                    .Where(name => !name.StartsWith('.'))
                    .Order(StringComparer.Ordinal),
            ]
            : throw new EvaluationException($"--data: {path} is no folder.");
        if (classes.Length == 0)
            throw new EvaluationException($"--data: {path} has no folders: put the pictures of each class into a folder of its name.");
        List<LabelledImage> images = [];
        foreach ((int index, string name) in classes.Index())
        {
            IEnumerable<string> files = Directory.EnumerateFiles(Path.Combine(path, name), "*", SearchOption.AllDirectories);
            foreach (string file in files.Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal))
            {
                images.Add(
                    new LabelledImage(
                        images.Count,
                        Path.GetRelativePath(path, file),
                        index,
                        cancellation => PictureFile.ReadAsync(file, maxBytes, cancellation)));
            }
        }

        return new DataSet("folder", DataSource.NameOf(path), classes, classes.Length, images);
    }
}
