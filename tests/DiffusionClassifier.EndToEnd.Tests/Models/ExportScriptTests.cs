using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Models;

/// <summary>The Python scripts that export and fuse models, by their own tests.</summary>
public sealed class ExportScriptTests(ITestOutputHelper output)
{
    private static readonly string[] Pythons = ["python3", "/usr/bin/python3"]; // Debian's packages belong to the latter

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_exports_pass_their_tests()
    {
        string? python = await PythonAsync();
        Assert.SkipWhen(python is null, "PyTorch or onnx is not installed: apt-get install python3-torch python3-onnx libopenblas0-pthread.");
        string folder = Path.Combine(Repository.Root, "models", "export");

        (int exitCode, string text) = await Shell.RunAsync(
            $"cd '{folder}' && PYTHONDONTWRITEBYTECODE=1 {python} -W ignore -m unittest discover -s tests -t . 2>&1", Cancellation);

        output.WriteLine(text);
        Assert.True(exitCode == 0, text);
        Assert.DoesNotContain("skipped", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_classifies_with_a_bundle_of_every_family_that_the_export_writes()
    {
        string? python = await PythonAsync();
        Assert.SkipWhen(python is null, "PyTorch or onnx is not installed: apt-get install python3-torch python3-onnx libopenblas0-pthread.");
        DirectoryInfo models = Directory.CreateTempSubdirectory("exported-");
        (int exitCode, string text) = await Shell.RunAsync(
            $"cd '{Path.Combine(Repository.Root, "models", "export")}' && PYTHONDONTWRITEBYTECODE=1 {python} -W ignore -m tests.tiny_pipelines '{models.FullName}' 2>&1", Cancellation);
        Assert.True(exitCode == 0, text);
        string[] exported = JsonSerializer.Deserialize<string[]>(text)!;

        await using (ServiceProcess service = await ServiceProcess.StartAsync([(ServiceProcess.Batch, "4")], $"--Models:Folder={models.FullName}"))
        {
            foreach (string model in exported)
            {
                using MultipartFormDataContent form = ServiceProcess.Form("ship.png", ("labels", "[\"cat\",\"dog\"]"), ("model", model), ("trials", "4"));
                using HttpResponseMessage response = await service.Client.PostAsync("classify", form, Cancellation);
                string answer = await response.Content.ReadAsStringAsync(Cancellation);
                Assert.True(response.IsSuccessStatusCode, $"{model}: {answer}");
                Assert.Contains("\"prediction\"", answer, StringComparison.Ordinal);
            }
        }

        Assert.Equal(9, exported.Length);
        models.Delete(recursive: true);
    }

    private static async Task<string?> PythonAsync()
    {
        foreach (string python in Pythons)
        {
            if ((await Shell.RunAsync($"{python} -c 'import onnx, torch'", Cancellation)).ExitCode == 0)
                return python;
        }
        return null;
    }
}
