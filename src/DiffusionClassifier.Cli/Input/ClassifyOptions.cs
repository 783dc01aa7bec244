using System.CommandLine;
using DiffusionClassifier.Cli.Errors;

namespace DiffusionClassifier.Cli.Input;

/// <summary>A request to classify as options.</summary>
internal sealed class ClassifyOptions
{
    private readonly RequestOptions<ClassificationRequest> _fields = new();

    private readonly TextList _labels = new(
        ValueOptions.Texts(
            "--labels",
            "The candidates, separated by commas (over HTTP a comma is part of a label). For labels that contain commas: a JSON array. "
                + "[default: all classes of the model]",
            "\"cat,dog\""),
        "--labels-file",
        "The candidates as UTF-8: one per line, a table with the columns prompt, classname and classidx, or a JSON array.");

    public IEnumerable<Option> All => [.. _labels.All, .. _fields.All];

    /// <returns>A request without its image.</returns>
    /// <exception cref="UserException">The stages do not fit together, or the labels cannot be read.</exception>
    public ClassificationRequest Read(ParseResult parsed)
    {
        ClassificationRequest request = _fields.Read(parsed);
        int samples = request.StageSamples?.Count ?? 0, kept = request.StageKeep?.Count ?? 0;
        if (samples != kept)
            throw new UserException($"--stage-samples has {samples} numbers and --stage-keep {kept}: give one of each for every stage.");
        return request with { Labels = _labels.ReadLabels(parsed) is { Length: > 0 } labels ? labels : null };
    }
}
