using DiffusionClassifier.Evaluation.Formats;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>The answer to one of several images, on one line: file, label, posterior and how clear it is.</summary>
internal static class AnswerLine
{
    private const int PosteriorWidth = 6; // "100.0%"
    private const int Gap = 2;

    private static readonly Style Doubtful = new(Color.Yellow);

    /// <param name="console">Where to.</param>
    /// <param name="file">The file as the caller named it.</param>
    /// <param name="fileWidth">Characters of the longest name.</param>
    /// <param name="answer">The answer.</param>
    public static void Write(IAnsiConsole console, string file, int fileWidth, ClassificationResult answer)
    {
        int labelWidth = answer.Labels.Max(label => label.Label.Length);
        string label = (answer.Prediction ?? "").PadRight(labelWidth + Gap);
        string posterior = Figures.Percent(answer.Labels[0].Posterior).PadLeft(PosteriorWidth);
        Doubt? doubt = Doubt.Of(answer);
        string line = $"{file.PadRight(fileWidth + Gap)}{label}{posterior}  {Clarity(answer.Decision)}"
            + (doubt is null ? "" : $"  {doubt.Name}");
        console.WriteLine(line.TrimEnd(), doubt is null ? Style.Plain : Doubtful);
    }

    private static string Clarity(DecisionSummary decision) => decision is { Margin: { } margin, MarginStandardError: > 0 and { } error }
        ? Figures.Text($"margin {margin / error:F1} standard errors")
        : "";
}
