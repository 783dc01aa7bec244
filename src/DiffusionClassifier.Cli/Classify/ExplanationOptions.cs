using System.CommandLine;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>Where the image speaks for the winner, as an image file.</summary>
internal sealed class ExplanationOptions
{
    private const string Default = "runnerUp";

    private readonly Option<string?> _file = new("--explain")
    {
        Description = "Write a PNG file of one image that shows where it speaks for the winner (red) and where against (blue).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _against = new("--explain-against")
    {
        Description = $"What the winner is compared with: {Default}, null (the empty prompt, which costs rows of its own), or a label. "
            + $"[default: {Default}]",
        HelpName = "LABEL",
    };

    public IEnumerable<Option> All => [_file, _against];

    /// <summary>Asks for what the options say.</summary>
    /// <exception cref="UserException">They cannot be followed.</exception>
    public ClassificationRequest Read(ParseResult parsed, ClassificationRequest request, bool isOne)
    {
        if (parsed.GetValue(_file) is not { } file)
        {
            return parsed.GetValue(_against) is null
                ? request
                : throw new UserException($"{_against.Name} says what {_file.Name} compares: give that as well.");
        }

        if (!isOne)
            throw new UserException($"{_file.Name} is for one image: {Path.GetFileName(file)} has room for one explanation.");
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
            throw new UserException($"{_file.Name} names a file in {folder}, which does not exist.");
        return request with { Explain = parsed.GetValue(_against) ?? Default };
    }

    /// <summary>Writes the file, if there is to be one.</summary>
    /// <exception cref="UserException">The answer does not say.</exception>
    public void Write(ParseResult parsed, ImageOutcome outcome)
    {
        if (parsed.GetValue(_file) is not { } file || outcome.Answer is not { } answer)
            return;
        if (answer.Explanation is not { } explanation)
            throw new UserException($"The answer has no explanation, so {file} was not written.");
        AtomicFile.WriteBytes(file, explanation.Overlay.ToArray());
    }
}
