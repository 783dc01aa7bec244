using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Evaluation.Formats;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>An answer in human-readable form.</summary>
internal static class AnswerTable
{
    private const int LabelsOnScreen = 20; // of ImageNet's 1,000 only the first are of interest; a pipe gets them all

    private static readonly Style Plain = Style.Plain, Winner = new(Color.Green, decoration: Decoration.Bold);
    private static readonly Style Quiet = new(decoration: Decoration.Dim), Warning = new(Color.Yellow);

    public static void Write(IAnsiConsole console, string file, ClassificationResult answer)
    {
        Table table = Tables.Create("label", ">posterior", "", ">mean error", ">± std. error", ">evaluations");
        int shown = console.Profile.Out.IsTerminal ? LabelsOnScreen : answer.Labels.Count;
        foreach (LabelResult label in answer.Labels.Take(shown))
            table.AddRow(Row(label, answer, console.Profile.Capabilities.Unicode));

        console.WriteLine(file, new Style(decoration: Decoration.Bold));
        console.Write(table);
        if (answer.Labels.Count > shown)
            console.WriteLine($"and {answer.Labels.Count - shown} more labels, which --json shows", Quiet);
        console.WriteLine(Summary(answer), Quiet);
        if (Doubt.Of(answer) is { } doubt)
            console.WriteLine($"{doubt.Name}: {doubt.Reason}", Warning);
    }

    private static IRenderable[] Row(LabelResult label, ClassificationResult answer, bool unicode)
    {
        Style style = label.Label == answer.Prediction ? Winner : Plain;
        return
        [
            new Text(label.Label, style),
            new Text(Figures.Percent(label.Posterior), style),
            new Text(Bar.Draw(label.Posterior, unicode), style),
            new Text(Figures.Text($"{label.MeanError:F5}"), style),
            new Text(label.StandardError is { } error ? Figures.Text($"{error:F5}") : "", style),
            new Text(Figures.Text($"{label.Evaluations}"), style),
        ];
    }

    private static string Summary(ClassificationResult answer)
    {
        DecisionSummary decision = answer.Decision;
        string margin = decision switch
        {
            { Margin: null } => "",
            { Margin: { } value, MarginStandardError: > 0 and { } error } =>
                Figures.Text($" · margin {value:F5} = {value / error:F1} standard errors"),
            { Margin: { } value } => Figures.Text($" · margin {value:F5}"),
        };
        string strategy = Figures.Text($"{answer.Model} · {EnumWords.Of(decision.Strategy)}, {decision.Trials} trials");
        return Figures.Text($"{strategy} · {answer.Cost.Rows:N0} rows in {answer.Cost.ComputeSeconds:F2} s") + margin;
    }
}
