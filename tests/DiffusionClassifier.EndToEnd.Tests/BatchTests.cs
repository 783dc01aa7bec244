using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Batches of the real server: checked whole, answered whatever becomes of the process.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_with_one_set_of_fields_are_answered_in_their_order_even_if_the_process_is_killed()
    {
        string[] files = ["ship.png", "horse.png", "deer.png", "airplane.png", "automobile.png"];
        Uri location;
        await using (ServiceProcess first = await StartAsync())
        {
            using var form = new MultipartFormDataContent { { new StringContent("8"), "trials" }, { new StringContent("fixed"), "strategy" } };
            foreach (string file in Enumerable.Repeat(files, 20).SelectMany(each => each))
                form.Add(Image(file), "images", file);
            HttpResponseMessage accepted = await first.Client.PostAsync("/batches", form, Cancellation);
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
            location = accepted.Headers.Location!;
            while ((await BatchAsync(first, location)).GetProperty("succeeded").GetInt32() == 0)
                await Task.Delay(20, Cancellation);
            await Shell.RunAsync($"kill -KILL {first.Id}", Cancellation);
            await first.WaitForExitAsync();
        }

        await using ServiceProcess second = await StartAsync();
        JsonElement[] followed = Lines(await second.Client.GetStringAsync($"{location}/results?follow=true", Cancellation));
        JsonElement[] lines = Lines(await second.Client.GetStringAsync($"{location}/results", Cancellation));
        JsonElement batch = await BatchAsync(second, location);

        Assert.Equal(("succeeded", 100, 100), (batch.GetProperty("status").GetString(), batch.GetProperty("total").GetInt32(), batch.GetProperty("succeeded").GetInt32()));
        Assert.Equal(Enumerable.Range(0, 100), lines.Select(line => line.GetProperty("index").GetInt32()));
        Assert.Equal(Enumerable.Range(0, 100), followed.Select(line => line.GetProperty("index").GetInt32()).Order());
        Assert.All(lines, line => Assert.Equal(Path.GetFileNameWithoutExtension(files[line.GetProperty("index").GetInt32() % 5]), Prediction(line)));
        Assert.Equal(["ship.png", "horse.png"], lines.Take(2).Select(line => line.GetProperty("custom_id").GetString()));
        Assert.Equal("ship.png (2)", lines[5].GetProperty("custom_id").GetString());
    }

    [Fact]
    public async Task Lines_are_requests_of_their_own_and_each_has_its_answer()
    {
        await using ServiceProcess service = await StartAsync();

        HttpResponseMessage accepted = await SendLinesAsync(service,
            new { custom_id = "a", method = "POST", url = "/classify", body = new { image = Base64("ship.png"), labels = (string[])["ship", "cat"], trials = 4 } },
            new { custom_id = "b", method = "POST", url = "/v1/match", body = new { images = (string[])[Base64("ship.png")], captions = (string[])["cat", "ship"], trials = 4 } });
        JsonElement[] lines = Lines(await service.Client.GetStringAsync($"{accepted.Headers.Location}/results?follow=true", Cancellation));

        JsonElement classified = lines.Single(line => line.GetProperty("custom_id").GetString() == "a"), matched = lines.Single(line => line.GetProperty("custom_id").GetString() == "b");
        Assert.Equal((200, "ship"), (classified.GetProperty("response").GetProperty("status_code").GetInt32(), Prediction(classified)));
        Assert.Equal("ship", matched.GetProperty("response").GetProperty("body").GetProperty("images")[0].GetProperty("prediction").GetString());
    }

    [Fact]
    public async Task Of_a_batch_with_bad_lines_nothing_is_accepted_and_each_is_named()
    {
        await using ServiceProcess service = await StartAsync();

        HttpResponseMessage refused = await SendLinesAsync(service,
            new { custom_id = "a", url = "/classify", body = new { image = Base64("ship.png") } },
            new { custom_id = "a", url = "/classify", body = new { image = Base64("ship.png") } },
            new { custom_id = "c", url = "/classify", body = new { image = Base64("ship.png"), labels = (string[])["zebra"], model = "cifar10" } },
            new { custom_id = "d", url = "/models", body = new { } });
        JsonElement problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.All((string[])["Line 2: ", "Line 3: ", "'zebra'", "Line 4: "], text => Assert.Contains(text, problem.GetProperty("detail").GetString(), StringComparison.Ordinal));
        Assert.DoesNotContain("Line 1: ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await service.Client.GetFromJsonAsync<JsonElement>("/batches", Cancellation)).GetProperty("batches").GetArrayLength());
    }

    [Fact]
    public async Task A_batch_is_canceled()
    {
        await using ServiceProcess service = await StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("2000"), "trials" }, { new StringContent("fixed"), "strategy" } };
        form.Add(Image("ship.png"), "images", "ship.png");
        Uri location = (await service.Client.PostAsync("/batches", form, Cancellation)).Headers.Location!;

        HttpResponseMessage canceled = await service.Client.DeleteAsync(location, Cancellation);

        Assert.Equal(HttpStatusCode.OK, canceled.StatusCode);
        Assert.Equal("canceled", (await BatchAsync(service, location)).GetProperty("status").GetString());
    }

    public void Dispose() => _folder.Dispose();

    private static string Prediction(JsonElement line) => line.GetProperty("response").GetProperty("body").GetProperty("prediction").GetString()!;

    private static string Base64(string sample) => Convert.ToBase64String(File.ReadAllBytes(Repository.Sample(sample)));

    private static ByteArrayContent Image(string sample) => new(File.ReadAllBytes(Repository.Sample(sample)));

    private static JsonElement[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static Task<JsonElement> BatchAsync(ServiceProcess service, Uri location) => service.Client.GetFromJsonAsync<JsonElement>(location, Cancellation);

    private static Task<HttpResponseMessage> SendLinesAsync(ServiceProcess service, params object[] lines)
    {
        var body = new StringContent(string.Join('\n', lines.Select(line => JsonSerializer.Serialize(line))), Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"));
        return service.Client.PostAsync("/batches", body, Cancellation);
    }

    private Task<ServiceProcess> StartAsync() => ServiceProcess.StartAsync("--Jobs:Folder", _folder.Path);
}
