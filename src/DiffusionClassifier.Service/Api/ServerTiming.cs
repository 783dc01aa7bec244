using System.Globalization;

namespace DiffusionClassifier.Service.Api;

/// <summary>The phases of an answer in the header that browsers' developer tools show (https://www.w3.org/TR/server-timing/).</summary>
internal static class ServerTiming
{
    public static void Set(HttpResponse response, CostSummary cost) => response.Headers["Server-Timing"] =
        string.Join(
            ", ",
            Metric("queue", cost.QueueSeconds),
            Metric("encode", cost.EncodeSeconds),
            Metric("denoise", cost.DenoiseSeconds),
            Metric("total", cost.TotalSeconds));

    private static string Metric(string name, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{name};dur={seconds * 1000:0.###}");
}
