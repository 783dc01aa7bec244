using System.Text.Json;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Evaluation.Files;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>Writes the result for each image to standard output as soon as it is there. Used by one caller at a time.</summary>
internal abstract class AnswerWriter
{
    public abstract void Write(ImageOutcome outcome);

    /// <summary>Human-readable; problems go only to standard error.</summary>
    /// <param name="fileWidth">Characters of the longest file name of several; null if there is one image, which gets a table.</param>
    public sealed class Text(int? fileWidth) : AnswerWriter
    {
        private readonly HashSet<string> _told = []; // what is odd about the model is odd for every image: say it once

        public override void Write(ImageOutcome outcome)
        {
            if (outcome.Answer is not { } answer)
                return;
            string[] warnings = [.. answer.Warnings.Where(_told.Add)];
            if (fileWidth is { } width)
                AnswerLine.Write(Terminal.Out, outcome.File, width, answer);
            else
                AnswerTable.Write(Terminal.Out, outcome.File, answer);
            foreach (string warning in warnings)
                Terminal.Out.WriteLine($"warning: {warning}", new Style(Color.Yellow));
        }
    }

    /// <summary>The answer to the only image, as the service gives it.</summary>
    public sealed class OneJson : AnswerWriter
    {
        public override void Write(ImageOutcome outcome)
        {
            if (outcome.Answer is { } answer)
                Console.Out.WriteLine(JsonSerializer.Serialize(answer, AnswerJson.Indented));
        }
    }

    /// <summary>One object per line, with the file's name and its answer or error.</summary>
    public sealed class JsonLines : AnswerWriter
    {
        public override void Write(ImageOutcome outcome) => Console.Out.WriteLine(outcome.Answer is { } answer
            ? JsonSerializer.Serialize(new { file = outcome.File, answer }, AnswerJson.Options)
            : JsonSerializer.Serialize(new { file = outcome.File, error = outcome.Problem }, AnswerJson.Options));
    }

    /// <summary>A line of a table for other programs.</summary>
    public sealed class Csv : AnswerWriter
    {
        public Csv() => Console.Out.WriteLine(
            "file,label,posterior,meanError,margin,marginStandardError,trials,rows,computeSeconds,model,error");

        public override void Write(ImageOutcome outcome) => Console.Out.WriteLine(CsvLine.Join(outcome.Answer is { } answer
            ?
            [
                outcome.File, answer.Prediction, answer.Labels[0].Posterior, answer.Labels[0].MeanError, answer.Decision.Margin,
                answer.Decision.MarginStandardError, answer.Decision.Trials, answer.Cost.Rows, answer.Cost.ComputeSeconds, answer.Model,
                null,
            ]
            : [outcome.File, null, null, null, null, null, null, null, null, null, outcome.Problem]));
    }
}
