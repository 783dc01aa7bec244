using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Own models may have gigabytes: those beside the ones that ship go nowhere by themselves.</summary>
public sealed class ShippedModelsTests
{
    private static readonly string Models = Path.Combine(Repository.Root, "models");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DiffusionClassifier.Service", "DiffusionClassifier.Service")]
    [InlineData("DiffusionClassifier.Cli", "dclassify")]
    public async Task Beside_a_program_lie_the_models_that_git_has_and_no_others(string project, string program)
    {
        string folder = Path.Combine(Path.GetDirectoryName(Repository.Program(project, program))!, "models");

        Assert.Equal(await TrackedAsync(), Directory.EnumerateDirectories(folder).Select(Path.GetFileName).Order());
        Assert.All(await TrackedAsync(), model => Assert.True(File.Exists(Path.Combine(folder, model, "model_index.json"))));
    }

    [Fact]
    public async Task What_is_put_beside_them_is_ignored_by_git()
    {
        (int own, _) = await Shell.RunAsync($"git -C {Repository.Root} check-ignore -q models/my-model/unet/model.onnx", Cancellation);
        (int shipped, _) = await Shell.RunAsync($"git -C {Repository.Root} check-ignore -q models/cifar10/new.json", Cancellation);

        Assert.Equal((0, 1), (own, shipped));
    }

    [Fact]
    public async Task What_is_put_beside_them_stays_out_of_the_container()
    {
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, ".dockerignore"), Cancellation);

        Assert.Contains("models/*", lines);
        Assert.Equal(await TrackedAsync(), lines.Where(line => line.StartsWith("!models/", StringComparison.Ordinal)).Select(Path.GetFileName).Order());
    }

    private static async Task<IEnumerable<string>> TrackedAsync()
    {
        (int exitCode, string output) = await Shell.RunAsync($"git -C {Models} ls-files '*/model_index.json'", Cancellation);
        Assert.SkipUnless(exitCode == 0, "This is no git repository.");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(file => Path.GetDirectoryName(file)!).Order();
    }
}
