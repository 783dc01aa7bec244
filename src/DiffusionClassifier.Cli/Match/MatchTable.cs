using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Evaluation.Formats;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Match;

/// <summary>A matrix of scores in human-readable form.</summary>
internal static class MatchTable
{
    private static readonly Style Plain = Style.Plain, Best = new(Color.Green, decoration: Decoration.Bold);
    private static readonly Style Quiet = new(decoration: Decoration.Dim), Warning = new(Color.Yellow);

    public static void Write(IAnsiConsole console, IReadOnlyList<string> files, MatchResult result)
    {
        foreach ((string file, MatchedImage image) in files.Zip(result.Images))
        {
            Table table = Tables.Create("caption", ">posterior", "", ">score", ">margin", ">± std. error");
            foreach ((string caption, MatchScore score) in result.Captions.Zip(image.Scores))
            {
                Style style = caption == image.Prediction ? Best : Plain;
                table.AddRow(
                    new Text(caption, style),
                    new Text(Figures.Percent(score.Posterior), style),
                    new Text(Bar.Draw(score.Posterior, console.Profile.Capabilities.Unicode), style),
                    new Text(Figures.Text($"{score.Score:F5}"), style),
                    new Text(score.Margin is { } margin ? Figures.Text($"{margin:F5}") : "", style),
                    new Text(score.MarginStandardError is { } error ? Figures.Text($"{error:F5}") : "", style));
            }

            console.WriteLine(file, new Style(decoration: Decoration.Bold));
            console.Write(table);
            console.WriteLine();
        }

        if (result.Winoground is { } verdict)
            console.WriteLine($"Winoground: text {Say(verdict.Text)}, image {Say(verdict.Image)}, group {Say(verdict.Group)}");
        console.WriteLine(
            Figures.Text($"{result.Model} · {result.Trials} trials · {result.Cost.Rows:N0} rows in {result.Cost.ComputeSeconds:F2} s"),
            Quiet);
        foreach (string warning in result.Warnings)
            console.WriteLine($"warning: {warning}", Warning);
    }

    private static string Say(bool correct) => correct ? "right" : "wrong";
}
