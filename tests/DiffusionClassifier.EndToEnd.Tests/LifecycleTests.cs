using System.Net;
using System.Text.Json;

namespace DiffusionClassifier.EndToEnd.Tests;

public sealed class LifecycleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_told_to_stop_answers_what_it_has_admitted_and_exits_with_0()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync();
        Task<HttpResponseMessage> running = service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "400")), Cancellation);
        await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "1")), Cancellation); // answered behind the other: that one is admitted

        await Shell.RunAsync($"kill -TERM {service.Id}", Cancellation);

        HttpResponseMessage response = await running;
        string body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        Assert.Equal(4000, JsonDocument.Parse(body).RootElement.GetProperty("cost").GetProperty("rows").GetInt32());
        Assert.Equal(0, await service.WaitForExitAsync());
    }

    [Fact]
    public async Task A_server_without_models_says_so_in_one_line_and_exits_with_2()
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync("--Models:Folder", "/nowhere/at/all");

        Assert.Equal(2, exitCode);
        Assert.Contains("/nowhere/at/all: the folder does not exist", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_JSON_lines_where_the_settings_say_so()
    {
        (_, string output) = await ServiceProcess.RunAsync("--Models:Folder", "/nowhere/at/all", "--LogFormat", "Json");

        string line = output.Split('\n').First(line => line.Length > 0);
        Assert.Contains("cannot start", JsonDocument.Parse(line).RootElement.GetProperty("@m").GetString(), StringComparison.Ordinal);
    }
}
