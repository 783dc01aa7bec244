using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Deployment;

/// <summary>What is in deploy/ against the schemas of Kubernetes, KEDA and Compose, which npm has.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compose_files_and_everything_that_Kubernetes_is_given_are_valid_and_what_is_not_is_found()
    {
        string tool = await InstallAsync();
        string[] lists = [.. DeployFolder.Variants.Select(variant => Write(variant.Data.Item1, variant.Data.Item2))];
        string broken = _folder.Write("broken.json", """[{"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "x"}, "spec": {"triggers": []}}]"""u8.ToArray());
        string misspelt = _folder.Write("misspelt.yaml", "services: { one: { imagee: x } }"u8.ToArray());

        (int good, string output) = await RunAsync(tool, [DeployFolder.Of("compose.yaml"), DeployFolder.Of("compose.gpu.yaml"), .. lists]);
        (int bad, string problems) = await RunAsync(tool, broken, misspelt);

        Assert.True(good == 0, output);
        Assert.Equal(1, bad);
        Assert.Contains("scaleTargetRef", problems, StringComparison.Ordinal);
        Assert.Contains("imagee", problems, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<(int ExitCode, string Output)> RunAsync(string tool, params string[] files) =>
        Shell.RunAsync($"node '{tool}/validate.mjs' {string.Join(' ', files.Select(file => $"'{file}'"))} 2>&1", Cancellation);

    // Beside the other outputs, so that what was downloaded stays for the next run.
    private static async Task<string> InstallAsync()
    {
        Assert.SkipUnless((await Shell.RunAsync("command -v node && command -v npm", Cancellation)).ExitCode == 0, "node and npm are not installed.");
        string source = Path.Combine(Repository.Root, "tests", "DiffusionClassifier.EndToEnd.Tests", "Deployment", "schemas");
        string folder = Path.Combine(Repository.Artifacts, "deployment-schemas");
        (int exitCode, string output) = await Shell.RunAsync(
            $"mkdir -p '{folder}' && cp '{source}'/* '{folder}' && cd '{folder}' && {{ npm ls --all >/dev/null 2>&1 || npm ci --no-audit --no-fund --ignore-scripts 2>&1; }}", Cancellation);
        Assert.SkipUnless(exitCode == 0, $"The schemas cannot be downloaded: {output}");
        return folder;
    }

    private string Write(string overlay, string component) =>
        _folder.Write($"{overlay}-{component}.json", JsonSerializer.SerializeToUtf8Bytes(DeployFolder.Build(overlay, component)));
}
