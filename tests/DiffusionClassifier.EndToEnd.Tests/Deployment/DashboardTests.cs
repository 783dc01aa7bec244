using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Deployment;

/// <summary>Whatever a dashboard or an autoscaler asks for is in the metrics of a running server.</summary>
public sealed partial class DashboardTests
{
    private static readonly string[] OfPrometheus = ["instance"]; // labels that it adds to what it scrapes

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_metric_and_label_of_a_query_is_there()
    {
        Dictionary<string, HashSet<string>> metrics = await MetricsAsync();

        string[] queries = [.. Dashboard(), Scaling()];

        Assert.InRange(queries.Length, 15, int.MaxValue);
        foreach (string query in queries)
        {
            (string Name, string[] Labels)[] asked = [.. Series().Matches(query).Select(series => (series.Groups[1].Value, Label().Matches(series.Groups[2].Value).Select(label => label.Groups[1].Value).ToArray()))];
            Assert.NotEmpty(asked);
            foreach ((string name, string[] labels) in asked)
            {
                Assert.True(metrics.TryGetValue(name, out HashSet<string>? known), $"There is no metric {name}: {query}");
                string[] grouped = [.. Grouping().Matches(query).SelectMany(by => by.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))];
                Assert.All(labels.Concat(grouped).Except(OfPrometheus), label => Assert.True(known.Contains(label), $"{name} has no label {label}: {query}"));
            }
        }
    }

    [Fact]
    public void Panels_do_not_overlap_and_say_what_they_show()
    {
        JsonArray panels = Panels();

        Assert.Equal(panels.Count, panels.Select(panel => panel!["id"]!.ToString()).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(panel => $"{panel!["gridPos"]!["x"]},{panel["gridPos"]!["y"]}").Distinct().Count());
        Assert.All(panels, panel => Assert.NotEmpty((string)panel!["description"]!));
        string source = (string)Yaml.Read(DeployFolder.Of("grafana", "provisioning", "datasources", "prometheus.yaml")).Single()["datasources"]![0]!["uid"]!;
        Assert.All(panels, panel => Assert.Equal(source, (string?)panel!["datasource"]!["uid"]));
    }

    private static JsonArray Panels() => JsonNode.Parse(File.ReadAllText(DeployFolder.Of("grafana", "dashboards", "diffusion-classifier.json")))!["panels"]!.AsArray();

    private static IEnumerable<string> Dashboard() => Panels().SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => (string)target!["expr"]!);

    private static string Scaling() => (string)DeployFolder.Build("cpu", "keda").Single(resource => (string?)resource["kind"] == "ScaledObject")["spec"]!["triggers"]![0]!["metadata"]!["query"]!;

    // The labels of every metric, of a server that has answered, refused and been short of time.
    private static async Task<Dictionary<string, HashSet<string>>> MetricsAsync()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync(
            "--ApiKeys:0:Name", "ada", "--ApiKeys:0:Sha256", Convert.ToHexStringLower(SHA256.HashData("ada"u8)), "--ApiKeys:0:MaxActiveRequests", "1");
        service.Client.DefaultRequestHeaders.Add("X-API-Key", "ada");
        Task<HttpResponseMessage> cut = ClassifyAsync(("trials", "10000"), ("deadlineMs", "2000"));
        while (await service.MetricAsync("dc_rows_total") == 0)
            await Task.Delay(20, Cancellation);
        await ClassifyAsync(("trials", "1"));
        await cut;

        return Exposition.Parse(await service.Client.GetStringAsync("/metrics", Cancellation)).Samples.Keys.GroupBy(
            series => series.Split('{')[0], series => Label().Matches(series).Select(label => label.Groups[1].Value))
            .ToDictionary(series => series.Key, series => series.SelectMany(labels => labels).ToHashSet());

        Task<HttpResponseMessage> ClassifyAsync(params (string, string)[] fields) => service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", fields), Cancellation);
    }

    [GeneratedRegex("""([a-z_]+)\{([^}]*)\}""")]
    private static partial Regex Series();

    [GeneratedRegex(@"([a-z_]+)(?:=~|!~|!=|=)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"by \(([^)]*)\)")]
    private static partial Regex Grouping();
}
