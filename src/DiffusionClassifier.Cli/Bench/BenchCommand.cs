using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Models;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Models;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Bench;

/// <summary><c>dclassify bench</c>: how fast a model runs here, and how much of that the engine passes on.</summary>
internal static class BenchCommand
{
    private const double DefaultSeconds = 24;
    private const double MinSeconds = 1, MaxSeconds = 86_400; // below, slices are single calls; above a day it is a slip

    public static Command Create(Engines engines)
    {
        Option<string?> model = SharedOptions.Model(), models = SharedOptions.Models();
        Option<DeviceOptions?> device = SharedOptions.Device();
        Option<int?> batch = ValueOptions.Number<int>("--max-batch", "The largest batch to measure. [default: 32 on a processor, 128 on other devices]", "a whole number");
        Option<double?> seconds = ValueOptions.Number<double>("--seconds", $"About how long to measure. [default: {DefaultSeconds}]", "a number of seconds");
        Option<string[]> labels = ValueOptions.Texts("--labels", "The labels of the engine's requests: with few, each noise serves few rows. [default: all classes]", "\"cat,dog\"");
        Option<bool> json = SharedOptions.Json("Print the figures as JSON.");
        var command = new Command("bench", "Measure the bare denoiser and the whole engine in turns: rows per second and their ratio.") { seconds, labels, model, models, device, batch, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            double duration = parsed.GetValue(seconds) ?? DefaultSeconds;
            if (duration is not (>= MinSeconds and <= MaxSeconds))
                throw new UserException(string.Create(CultureInfo.InvariantCulture, $"--seconds is {duration}; it must be from {MinSeconds} to {MaxSeconds}."));
            if (parsed.GetValue(batch) is < 1)
                throw new UserException($"--max-batch is {parsed.GetValue(batch)}; it must be at least 1.");
            DeviceOptions where = (parsed.GetValue(device) ?? new DeviceOptions { Provider = DeviceOptions.Auto }) with { Batch = parsed.GetValue(batch) };
            SingleModel chosen = ModelChooser.Choose(engines, parsed.GetValue(model), parsed.GetValue(models));
            using var loggers = new StderrLoggers(parsed.GetValue(SharedOptions.Verbose));
            var benchmark = new Benchmark(chosen, where, parsed.GetValue(labels) is { Length: > 0 } some ? some : null, loggers, TimeProvider.System);
            BenchReport report = await ProgressBar.RunAsync($"bench {chosen.Manifest.Id}", progress => benchmark.RunAsync(duration, progress, cancellationToken));
            if (parsed.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(report, AnswerJson.Indented));
            else
                WriteTable(Terminal.Out, report);
            return ExitCode.Success;
        });
        return command;
    }

    private static void WriteTable(IAnsiConsole console, BenchReport report)
    {
        Table table = Tables.Create(">batch", ">raw rows/s");
        foreach ((int bucket, double rate) in report.Raw)
            table.AddRow(new Text(Format($"{bucket}")), new Text(Format($"{rate:F1}")));
        console.Write(table);
        console.WriteLine(Format($"engine at batch {report.Bucket}: {report.Engine:F1} rows/s"));
        console.WriteLine(Format($"engine / raw: {report.Ratio:F3}, 95 % interval {report.RatioInterval[0]:F3} to {report.RatioInterval[1]:F3}, from {report.Slices} pairs of slices"));
        console.WriteLine(Format($"managed bytes per denoiser call: {report.AllocatedBytesPerRun:F0}"));
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
