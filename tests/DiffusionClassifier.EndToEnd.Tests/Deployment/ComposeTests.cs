using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DiffusionClassifier.EndToEnd.Tests.Deployment;

/// <summary>What the files of the compose project say of each other.</summary>
public sealed partial class ComposeTests
{
    private static readonly JsonObject Services = Yaml.Read(DeployFolder.Of("compose.yaml")).Single()["services"]!.AsObject();

    [Fact]
    public void The_load_balancer_is_given_whatever_its_configuration_leaves_open()
    {
        IEnumerable<string> open = Variable().Matches(File.ReadAllText(DeployFolder.Of("nginx.conf.template"))).Select(match => match.Groups[1].Value).Distinct();

        Assert.Equal(open.Order(), Services["nginx"]!["environment"]!.AsObject().Select(variable => variable.Key).Order());
    }

    [Theory]
    [InlineData("replica-1")]
    [InlineData("replica-2")]
    public void Every_replica_has_the_name_by_which_nginx_and_Prometheus_find_it(string replica)
    {
        string name = (string)Services[replica]!["networks"]!["default"]!["aliases"]![0]!;

        Assert.Equal($"{name}:8080", (string?)Services["nginx"]!["environment"]!["REPLICAS"]);
        Assert.Equal(name, (string?)Yaml.Read(DeployFolder.Of("prometheus.yml")).Single()["scrape_configs"]![0]!["dns_sd_configs"]![0]!["names"]![0]);
    }

    [Fact]
    public void Every_file_that_is_mounted_is_there()
    {
        IEnumerable<string> mounted = Services.SelectMany(service => service.Value!["volumes"]?.AsArray() ?? [])
            .Select(volume => ((string)volume!).Split(':')[0]).Where(source => source.StartsWith("./", StringComparison.Ordinal));

        Assert.All(mounted, file => Assert.True(Path.Exists(DeployFolder.Of(file)), file));
    }

    [Fact]
    public void Only_replicas_are_in_the_network_of_Redis() => Assert.Equal(
        ["redis", "replica-1", "replica-2"],
        Services.Where(service => service.Value!["networks"]?.ToJsonString().Contains("store", StringComparison.Ordinal) == true).Select(service => service.Key).Order());

    [GeneratedRegex(@"\$\{([A-Z_]+)\}")]
    private static partial Regex Variable();
}
