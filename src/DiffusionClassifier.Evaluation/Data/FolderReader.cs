using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>A folder with a folder for each class, however deep the images lie in it (ImageNet's layout).</summary>
internal static class FolderReader
{
    /// <exception cref="EvaluationException">There are no folders in it, or one without an image.</exception>
    public static DataSet Read(string path, long maxBytes)
    {
        string[] classes = Directory.Exists(path)
            ?
            [
                .. Directory.EnumerateDirectories(path)
                    .Select(DataSource.NameOf)
                    .Where(name => !PictureFolder.IsDebris(name))
                    .Order(StringComparer.Ordinal),
            ]
            : throw new EvaluationException($"--data: {path} is not a folder.");
        if (classes.Length == 0)
            throw new EvaluationException($"--data: {path} has no folders: put the images of each class into a folder of its name.");
        List<LabelledImage> images = [];
        List<string> empty = [];
        foreach ((int index, string name) in classes.Index())
        {
            IReadOnlyList<string> files = PictureFolder.Find(Path.Combine(path, name));
            if (files.Count == 0)
                empty.Add(name);
            foreach (string file in files)
            {
                images.Add(
                    new LabelledImage(
                        images.Count,
                        Path.GetRelativePath(path, file),
                        index,
                        cancellation => PictureFile.ReadAsync(file, maxBytes, cancellation))
                    { File = file });
            }
        }

        // It would be a label that is never right; a class without images does not belong here.
        if (empty.Count > 0)
        {
            throw new EvaluationException(
                $"--data: there is no image in {string.Join(", ", empty.Select(name => $"'{name}'"))} of {path}: every folder in it is a "
                    + "class. Put images into it, or take it out.");
        }

        return new DataSet("folder", DataSource.NameOf(path), classes, classes.Length, images);
    }
}
