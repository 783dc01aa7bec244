using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>The program as somebody copied it: without the files that the compiler writes for the descriptions.</summary>
public sealed class CopiedProgramTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Repository.Artifacts, $"copy-{Guid.NewGuid():N}"); // on the same disk, for links

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        await Shell.RunAsync($"cp -al {Path.GetDirectoryName(ServiceProcess.Program)} {_folder} && rm {_folder}/DiffusionClassifier.*.xml", Cancellation);

    [Fact]
    public async Task Without_descriptions_everything_answers_and_the_log_says_what_is_missing()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync(Path.Combine(_folder, Path.GetFileName(ServiceProcess.Program)), []);

        await service.Client.GetStringAsync("/health/ready", Cancellation);
        HttpResponseMessage answer = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "1")), Cancellation);
        using var document = JsonDocument.Parse(await service.Client.GetStringAsync("/swagger/v1/swagger.json", Cancellation));

        Assert.True(answer.IsSuccessStatusCode);
        Assert.True(document.RootElement.GetProperty("paths").TryGetProperty("/classify", out _));
        Assert.All(["DiffusionClassifier.Service.xml", "DiffusionClassifier.Contracts.xml"],
            file => Assert.Single(service.Output.Split('\n'), line => line.Contains("OpenAPI document lacks descriptions", StringComparison.Ordinal) && line.Contains(file, StringComparison.Ordinal)));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
