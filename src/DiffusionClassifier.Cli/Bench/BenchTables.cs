using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Evaluation.Benches;
using DiffusionClassifier.Evaluation.Benches.Http;
using DiffusionClassifier.Evaluation.Benches.Mixed;
using DiffusionClassifier.Evaluation.Formats;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Bench;

/// <summary>A bench's figures in human-readable form.</summary>
internal static class BenchTables
{
    public static void Write(RawReport report)
    {
        string before = Figures.Text($"loaded in {report.LoadSeconds:F1} s, warm after {report.WarmUpSeconds:F1} s more");
        Terminal.Out.WriteLine(Figures.Text($"{report.Model} on {report.Device}, {before}:"));
        Table batches = Tables.Create(">batch", ">rows/s", ">with sizes in turns");
        foreach ((int bucket, double rate) in report.RawByBatch)
        {
            batches.AddRow(
                new Text(Figures.Text($"{bucket}")),
                new Text(Figures.Text($"{rate:F1}")),
                new Text(Figures.Text($"{report.RawInTurns[bucket]:F1}")));
        }

        Terminal.Out.Write(batches);
        if (report.LeftOut.Count > 0)
            Terminal.Out.WriteLine($"left out, as their calls take too long for this time: {string.Join(", ", report.LeftOut)}");
    }

    public static void Write(ServiceReport report)
    {
        WriteBatches(report.RawByBatch);
        Terminal.Out.WriteLine(Figures.Text($"batch {report.Bucket}, {report.Clients} clients:"));
        Table rates = Tables.Create("", ">rows/s", ">of raw", ">95% interval");
        AddRate("engine", report.Engine, report.EngineRatio, report.EngineRatioInterval);
        AddRate("service", report.Service, report.Ratio, report.RatioInterval);
        Terminal.Out.Write(rates);
        string allocated = Figures.Text(
            $"managed bytes per denoiser call: {report.AllocatedBytesPerRun:F0} ({report.MeanAllocatedBytesPerRun:F0} with answers)");
        Terminal.Out.WriteLine($"batches filled: {Figures.Percent(report.MeanBatchFill)}; {allocated}; {report.Slices} pairs of slices");

        void AddRate(string name, double rate, double ratio, IReadOnlyList<double> interval) =>
            rates.AddRow(
                new Text(name),
                new Text(Figures.Text($"{rate:F1}")),
                new Text(Figures.Text($"{ratio:F3}")),
                new Text(Figures.Text($"{interval[0]:F3} to {interval[1]:F3}")));
    }

    public static void Write(MixedReport report)
    {
        string small = Figures.Text($"{report.SmallRate:F2} small requests of {report.SmallRows} rows per second");
        Terminal.Out.WriteLine(Figures.Text($"{report.Model}, batch {report.Bucket}: {report.Capacity:F1} rows/s; {small}"));
        Table table = Tables.Create("policy", ">large", ">p50 s", ">p99 s", ">alone s", ">p99 / alone", ">Jain", ">rows/s", ">answered");
        foreach (MixedResult result in report.Results)
        {
            table.AddRow(
            [
                new Text(result.Policy),
                new Text(Figures.Text($"{result.Big}")),
                Seconds(result.P50),
                Seconds(result.P99),
                Seconds(result.IsolatedP99),
                new Text(result.Slowdown is { } slowdown ? Figures.Text($"{slowdown:F1}") : "never"),
                new Text(result.Jain is { } jain ? Figures.Text($"{jain:F3}") : ""),
                new Text(Figures.Text($"{result.RowsPerSecond:F0}")),
                new Text(Figures.Text($"{result.Answered}/{result.Sent}")),
            ]);
        }

        Terminal.Out.Write(table);
    }

    private static void WriteBatches(IReadOnlyDictionary<int, double> rates)
    {
        Table batches = Tables.Create(">batch", ">raw rows/s");
        foreach ((int bucket, double rate) in rates)
            batches.AddRow(new Text(Figures.Text($"{bucket}")), new Text(Figures.Text($"{rate:F1}")));
        Terminal.Out.Write(batches);
    }

    private static Text Seconds(double? seconds) => new(seconds is { } known ? Figures.Text($"{known:F3}") : "never");
}
