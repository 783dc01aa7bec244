using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DiffusionClassifier.Testing;

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
    public async Task A_server_told_to_stop_says_so_while_it_drains_and_answers_what_it_cannot_finish_with_what_it_knows()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync("--Engine:DrainTimeout", "00:00:05");
        Task<HttpResponseMessage> endless = service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "100000")), Cancellation);
        while (!endless.IsCompleted && !(await service.Client.GetStringAsync("/metrics", Cancellation)).Contains("\ndc_active_jobs{class=\"bulk\"} 1\n", StringComparison.Ordinal))
        {
            // not admitted yet: with nothing to drain the server would be gone at once
        }

        await Shell.RunAsync($"kill -TERM {service.Id}", Cancellation);
        HttpResponseMessage ready = await service.Client.GetAsync("/health/ready", Cancellation);
        while (ready.IsSuccessStatusCode) // the signal is on its way
            ready = await service.Client.GetAsync("/health/ready", Cancellation);
        HttpResponseMessage late = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "1")), Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.NotNull(late.Headers.RetryAfter);
        JsonElement soFar = await (await endless).Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.False(soFar.GetProperty("decision").GetProperty("complete").GetBoolean());
        Assert.Contains("shutting down", soFar.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await service.WaitForExitAsync());
    }

    [Fact]
    public async Task A_client_that_goes_away_wastes_at_most_the_batch_that_runs_and_the_one_that_is_assembled()
    {
        const int Batch = 8;
        await using ServiceProcess service = await ServiceProcess.StartAsync("--Engine:Devices:0:Batch", $"{Batch}");
        using var leaving = new CancellationTokenSource();
        Task<HttpResponseMessage> endless = service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "100000")), leaving.Token);
        while (!endless.IsCompleted && await service.MetricAsync("dc_rows_total") == 0)
        {
            // nothing of it has run yet
        }

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        while (await service.MetricAsync("dc_active_jobs") > 0)
        {
            // the server has not noticed yet
        }

        HttpResponseMessage behind = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("trials", "1")), Cancellation); // what was on the device comes back first
        Assert.Equal(HttpStatusCode.OK, behind.StatusCode);
        Assert.InRange(await service.MetricAsync("dc_rows_total", "state=\"wasted\""), 0, 2 * Batch);
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
    public async Task A_model_that_ONNX_Runtime_refuses_is_listed_with_the_reason_and_the_other_serves()
    {
        using var folder = new TemporaryFolder();
        RefusedBundle.Write(Path.Combine(folder.Path, "broken"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "good"), Path.Combine(Repository.Root, "models", "cifar10"));

        await using ServiceProcess service = await ServiceProcess.StartAsync("--Models:Folder", folder.Path);
        JsonElement list = await service.Client.GetFromJsonAsync<JsonElement>("/models", Cancellation);
        HttpResponseMessage ready = await service.Client.GetAsync("/health/ready", Cancellation);
        HttpResponseMessage unusable = await service.Client.PostAsync("/classify", ServiceProcess.Form("ship.png", ("model", "broken")), Cancellation);

        Assert.Equal("good", Assert.Single(list.GetProperty("models").EnumerateArray()).GetProperty("id").GetString());
        JsonElement refused = Assert.Single(list.GetProperty("refused").EnumerateArray());
        Assert.Equal("broken", refused.GetProperty("id").GetString());
        string reason = refused.GetProperty("reason").GetString()!;
        Assert.StartsWith("unet/model.onnx: ONNX Runtime cannot load it: ", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, reason, StringComparison.Ordinal); // where the server keeps its files is no client's business
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unusable.StatusCode);
        Assert.Equal((1, 1), (await service.MetricAsync("dc_models", "served"), await service.MetricAsync("dc_models", "refused")));
        Assert.Contains("The model broken is left out", service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_only_model_ONNX_Runtime_refuses_says_so_and_exits_with_2()
    {
        using var folder = new TemporaryFolder();
        RefusedBundle.Write(Path.Combine(folder.Path, "broken"));

        (int exitCode, string output) = await ServiceProcess.RunAsync("--Models:Folder", folder.Path);

        Assert.Equal(2, exitCode);
        Assert.Contains("cannot start", output, StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime cannot load it", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_of_the_engine_that_cannot_be_read_is_said_in_one_line()
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync("--Engine:DrainTimeout", "soon");

        Assert.Equal(2, exitCode);
        Assert.Contains("Engine:DrainTimeout", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port is '80x'", "--port", "80x")]
    [InlineData("LogFormat is 'XML'", "--LogFormat", "XML")]
    public async Task An_argument_that_cannot_be_read_is_said_in_one_line(string expected, params string[] arguments)
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_printed_and_nothing_is_started()
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.Contains("--port N", output, StringComparison.Ordinal);
        Assert.DoesNotContain("INF", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_of_the_environment_counts_and_a_misspelt_one_is_named()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync([("Engine__MaxLabels", "7"), ("Engine__MaxLables", "8")]);

        Assert.Contains("There is no setting Engine:MaxLables: it has no effect. Did you mean 'MaxLabels'?", service.Output, StringComparison.Ordinal);
        MultipartFormDataContent eight = ServiceProcess.Form("ship.png", ("labels", """["cat","dog","ship","truck","bird","deer","frog","horse"]"""));
        Assert.Equal(HttpStatusCode.BadRequest, (await service.Client.PostAsync("/classify", eight, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task A_server_whose_address_is_taken_says_so_and_exits_with_2()
    {
        await using ServiceProcess first = await ServiceProcess.StartAsync();

        (int exitCode, string output) = await ServiceProcess.RunAsync("--urls", first.Client.BaseAddress!.ToString());

        Assert.Equal(2, exitCode);
        string line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.Contains("The models run on", StringComparison.Ordinal));
        Assert.Contains($"cannot start: Failed to bind to address {first.Client.BaseAddress.ToString().TrimEnd('/')}: ", line, StringComparison.Ordinal);
        Assert.Contains("--port", line, StringComparison.Ordinal);
    }
}
