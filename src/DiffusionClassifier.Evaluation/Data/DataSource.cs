using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>The value of <c>--data</c>: KIND:PATH.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Path">A file or folder.</param>
public sealed record DataSource(string Kind, string Path)
{
    /// <summary>Pairs of images and captions, not classes.</summary>
    public const string Winoground = "winoground";

    private static readonly Dictionary<string, Func<string, long, WritePng, DataSet>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["folder"] = (path, maxImageBytes, _) => FolderReader.Read(path, maxImageBytes),
        ["csv"] = (path, maxImageBytes, _) => TableReader.Read(path, maxImageBytes),
        ["cifar10"] = (path, _, write) => CifarReader.Read(CifarFormat.Cifar10, path, write),
        ["cifar100"] = (path, _, write) => CifarReader.Read(CifarFormat.Cifar100, path, write),
        ["mnist"] = (path, _, write) => MnistReader.Read(path, write),
    };

    // Sources of those that have one official download.
    private static readonly Dictionary<string, string> Downloads = new()
    {
        ["cifar10"] = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz (unpacked: cifar-10-batches-bin)",
        ["cifar100"] = "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz (unpacked: cifar-100-binary)",
        ["mnist"] = "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz, with t10k-labels-idx1-ubyte.gz next to it",
        [Winoground] = "https://huggingface.co/datasets/facebook/winoground, after agreeing to its terms",
    };

    internal static IEnumerable<string> Kinds => [.. Readers.Keys, Winoground];

    public bool IsWinoground => Kind == Winoground;

    /// <param name="text">KIND:PATH.</param>
    /// <param name="option">The option that it is the value of.</param>
    /// <exception cref="EvaluationException">It is not KIND:PATH, or there is nothing at that path.</exception>
    public static DataSource Parse(string text, string option = "--data")
    {
        string[] parts = text.Split(':', 2);
        string kind = parts[0].ToLowerInvariant();
        if (parts.Length != 2 || !Kinds.Contains(kind))
        {
            string hint = NearestName.Find(kind, Kinds) is { } nearest ? $" Did you mean '{nearest}:'?" : "";
            throw new EvaluationException($"{option} is '{text}'; it must be KIND:PATH, where KIND is {string.Join(", ", Kinds)}.{hint}");
        }

        return File.Exists(parts[1]) || Directory.Exists(parts[1])
            ? new DataSource(kind, parts[1])
            : throw new EvaluationException(
                $"{option}: there is no file or folder {parts[1]}."
                    + (Downloads.TryGetValue(kind, out string? source) ? $" Get it from {source}." : ""));
    }

    /// <param name="maxImageBytes">The largest image file worth reading.</param>
    /// <param name="write">Makes image files from records.</param>
    /// <exception cref="EvaluationException">The data cannot be read.</exception>
    public DataSet Read(long maxImageBytes, WritePng write)
    {
        DataSet data = Readers[Kind](Path, maxImageBytes, write);
        return data.Images.Count > 0 ? data : throw new EvaluationException($"There is no image in {Path}.");
    }

    /// <summary>The last part of a path, even if it ends with a separator.</summary>
    internal static string NameOf(string path) =>
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
}
