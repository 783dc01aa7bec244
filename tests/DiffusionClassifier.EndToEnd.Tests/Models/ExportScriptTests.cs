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
