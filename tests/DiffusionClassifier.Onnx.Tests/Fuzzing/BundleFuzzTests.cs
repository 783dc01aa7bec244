using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>tests/fuzz runs the same for longer.</summary>
public sealed class BundleFuzzTests(ITestOutputHelper output)
{
    private const int Seed = 1, Cases = 4000;

    [Fact]
    public async Task Thousands_of_damaged_model_folders_are_read_or_refused_with_file_and_reason()
    {
        await using BundleTarget target = new();

        FuzzReport report = await FuzzRun.RunAsync(target, Seed, Enumerable.Range(0, Cases), TestContext.Current.CancellationToken);

        output.WriteLine($"{report}");
        Assert.True(report.Count("refused") > Cases / 10, $"Too tame: {report}");
        Assert.True(report.Count("loaded") > Cases / 10, $"Too wild: {report}");
    }
}
