using System.Globalization;

namespace DiffusionClassifier.Evaluation.Benches.Http;

/// <summary>What a service's <c>/metrics</c> said at one moment, over all its models and devices.</summary>
/// <param name="Run">Rows that were run.</param>
/// <param name="Padded">Rows of filler that were run with them.</param>
/// <param name="Wasted">Rows run for requests that had ended.</param>
/// <param name="ActiveRequests">Requests that have not ended.</param>
internal readonly record struct RowCounts(long Run, long Padded, long Wasted, long ActiveRequests)
{
    /// <summary>Reads Prometheus' text format, as far as the service writes it.</summary>
    public static RowCounts Parse(string metrics)
    {
        string[] lines = metrics.Split('\n');
        return new RowCounts(Rows("run"), Rows("padded"), Rows("wasted"), Sum("dc_active_jobs", ""));

        long Rows(string state) => Sum("dc_rows_total{", $"state=\"{state}\"");

        long Sum(string start, string label) => lines
            .Where(line => line.StartsWith(start, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => (long)double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }

    public static RowCounts operator -(RowCounts end, RowCounts begin) =>
        new(end.Run - begin.Run, end.Padded - begin.Padded, end.Wasted - begin.Wasted, end.ActiveRequests - begin.ActiveRequests);
}
