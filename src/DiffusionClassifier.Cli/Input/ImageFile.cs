using DiffusionClassifier.Cli.Errors;

namespace DiffusionClassifier.Cli.Input;

/// <summary>Picture files as the caller names them.</summary>
internal static class ImageFile
{
    /// <summary>A slip in one name should not show after minutes of work on the others.</summary>
    /// <exception cref="UserException">Not all of them are files.</exception>
    public static void RequireAll(IEnumerable<string> files)
    {
        string[] missing = [.. files.Where(file => !File.Exists(file))];
        if (missing is [var only])
            throw new UserException(Directory.Exists(only) ? $"{only} is a folder: name the pictures in it." : $"There is no file {only}.");
        if (missing.Length > 1)
            throw new UserException($"There are no files {string.Join(", ", missing)}.");
    }
}
