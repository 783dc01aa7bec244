using System.IO.Enumeration;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Cli.Input;

/// <summary>Image files as the caller names them.</summary>
internal static class ImageFile
{
    /// <summary>Stands for what is piped in.</summary>
    public const string StandardInput = "-";

    /// <summary>Reads an image that the caller named.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string file, long maxBytes, CancellationToken cancellationToken)
    {
        if (file != StandardInput)
            return await PictureFile.ReadAsync(file, maxBytes, cancellationToken);
        await using Stream input = Console.OpenStandardInput();
        return await PictureFile.ReadAsync(input, maxBytes, cancellationToken);
    }

    /// <summary>A typo in one name should not come to light after minutes of work on the others.</summary>
    /// <exception cref="UserException">Not all of them are files.</exception>
    public static void RequireAll(IReadOnlyList<string> files)
    {
        string[] missing = [.. files.Where(file => file != StandardInput && !File.Exists(file))];
        if (missing is [var only])
            throw new UserException(Directory.Exists(only) ? $"{only} is a folder: name the images in it." : $"There is no file {only}.");
        if (missing.Length > 1)
            throw new UserException($"These files do not exist: {string.Join(", ", missing)}.");
        if (files.Contains(StandardInput) && !Console.IsInputRedirected)
            throw new UserException("- reads an image from standard input: pipe a file into it.");
        if (files.Count(file => file == StandardInput) > 1)
            throw new UserException("- reads an image from standard input, which can be read only once.");
    }

    /// <summary>
    /// The files that the arguments name: a file names itself, - standard input, a folder all images in it, and a pattern that no shell
    /// expanded what matches.
    /// </summary>
    /// <exception cref="UserException">One of them names none.</exception>
    public static string[] Expand(IReadOnlyList<string> arguments)
    {
        string[] files = [.. arguments.SelectMany(Expand)];
        RequireAll(files);
        return files;
    }

    private static IReadOnlyList<string> Expand(string argument)
    {
        if (Directory.Exists(argument))
        {
            return PictureFolder.Find(argument) is { Count: > 0 } found
                ? found
                : throw new UserException($"There is no image in {argument}.");
        }

        if (File.Exists(argument) || !IsPattern(argument))
            return [argument];
        string[] fitting = [.. Fitting(argument).Where(PictureFolder.IsPicture).Order(StringComparer.Ordinal)];
        return fitting.Length > 0 ? fitting : throw new UserException($"There is no image that matches {argument}.");
    }

    private static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '?');

    // Part by part: folder names may contain patterns, too. As in a shell, * does not match hidden names.
    private static IEnumerable<string> Fitting(string pattern)
    {
        string root = Path.GetPathRoot(pattern) ?? "";
        IEnumerable<string> found = [root];
        foreach (string part in pattern[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]))
            found = found.SelectMany(folder => IsPattern(part) ? Fitting(folder, part) : [Path.Combine(folder, part)]);
        return found.Where(File.Exists);
    }

    private static IEnumerable<string> Fitting(string folder, string part) => Directory.Exists(folder.Length == 0 ? "." : folder)
        ? Directory.EnumerateFileSystemEntries(folder.Length == 0 ? "." : folder)
            .Select(path => Path.GetFileName(path))
            .Where(name => FileSystemName.MatchesSimpleExpression(part, name, OperatingSystem.IsWindows()))
            .Where(name => !PictureFolder.IsDebris(name) || part.StartsWith('.'))
            .Select(name => Path.Combine(folder, name))
        : [];
}
