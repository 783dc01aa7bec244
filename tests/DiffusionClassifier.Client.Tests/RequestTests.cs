using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace DiffusionClassifier.Client.Tests;

/// <summary>Requests as they leave.</summary>
public sealed class RequestTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_not_set_is_not_sent()
    {
        using FakeServer server = new FakeServer().Answer(Examples.Answer());

        await server.Client().ClassifyAsync(Examples.Request with { TopK = 2, Strategy = Strategy.ClarkJaini, Labels = [new LabelSpec("cat", ["a cat", "a kitten"]), "dog"] }, Cancellation);

        using var body = JsonDocument.Parse(server.Requests[0].Body);
        Assert.Equal(
            ["deterministic", "image", "imageMode", "labels", "promptAggregation", "seed", "strategy", "topK"],
            body.RootElement.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("AQID", "clark-jaini"), (body.RootElement.GetProperty("image").GetString(), body.RootElement.GetProperty("strategy").GetString()));
        Assert.Equal("a kitten", body.RootElement.GetProperty("labels")[0].GetProperty("prompts")[1].GetString());
    }

    [Fact]
    public async Task Images_of_a_batch_are_opened_one_at_a_time_and_again_if_it_is_sent_again()
    {
        using FakeServer server = new FakeServer().Refuse(HttpStatusCode.ServiceUnavailable, "overloaded").Answer(Examples.Batch(0, false), HttpStatusCode.Accepted);
        int opened = 0, open = 0, most = 0;
        IEnumerable<BatchImage> images = Enumerable.Range(0, 50).Select(index => new BatchImage($"{index}.png", () =>
        {
            opened++;
            most = Math.Max(most, ++open);
            return new Watched(() => open--);
        }));

        await server.Client().Batches.SubmitAsync(new ClassificationRequest { Labels = ["a,b", "c"], Trials = 8 }, images, cancellationToken: Cancellation);

        Assert.Equal((100, 1, 0), (opened, most, open));
        Assert.Equal(50, server.Requests[1].Body.Split("name=images; filename=").Length - 1);
        Assert.Contains("""[{"label":"a,b","prompts":null},{"label":"c","prompts":null}]""", server.Requests[1].Body, StringComparison.Ordinal);
        Assert.Equal("100-continue", server.Requests[1].Header("Expect"));
    }

    [Fact]
    public async Task An_image_that_cannot_be_read_is_not_taken_for_a_lost_connection()
    {
        using FakeServer server = new();
        ClassifierClient client = server.Client();

        ClassifierException file = await Assert.ThrowsAsync<ClassifierException>(
            () => client.Batches.SubmitAsync(new ClassificationRequest(), [BatchImage.FromFile("no/such.png")], cancellationToken: Cancellation));
        ClassifierException item = await Assert.ThrowsAsync<ClassifierException>(() => client.Batches.SubmitAsync(Unreadable(), cancellationToken: Cancellation));

        Assert.Equal((ClassifierException.UnreadableImage, ClassifierException.UnreadableImage), (file.Code, item.Code));
        Assert.Contains("such.png", file.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_of_a_batch_are_lines_that_are_made_as_they_are_sent()
    {
        using FakeServer server = new FakeServer().Answer(Examples.Batch(0, false), HttpStatusCode.Accepted);

        await server.Client().Batches.SubmitAsync(Items(), "mine", Cancellation);

        string[] lines = server.Requests[0].Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("mine", server.Requests[0].Header("Idempotency-Key"));
        Assert.StartsWith("""{"custom_id":"a","method":"POST","url":"/classify","body":{"image":"AQID","labels":""", lines[0], StringComparison.Ordinal);
        Assert.Contains("""{"custom_id":"b","method":"POST","url":"/match","body":{"images":["AQ=="],"captions":["c"]""", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_explanation_is_read()
    {
        string answer = JsonSerializer.Serialize(Examples.Answer(), AnswerJson.Options).Replace(
            "\"explanation\":null",
            """
            "explanation":{"label":"ship","against":null,"width":2,"height":1,"trials":64,"values":[0.5,-0.25],"standardErrors":[0.1,0.1],"overlay":"AQID",
            "timesteps":[{"label":"ship","points":[{"timestep":15.5,"meanError":0.2,"difference":0,"standardError":null,"trials":4}]}]}
            """,
            StringComparison.Ordinal);
        using FakeServer server = new FakeServer().Answer(() => FakeServer.Response(HttpStatusCode.OK, "application/json", answer));

        ClassificationResult result = await server.Client().ClassifyAsync(Examples.Request with { Explain = "null" }, Cancellation);

        Assert.Contains("\"explain\":\"null\"", server.Requests[0].Body, StringComparison.Ordinal);
        Assert.Equal([0.5f, -0.25f], result.Explanation!.Values);
        Assert.Equal([1, 2, 3], result.Explanation.Overlay.ToArray());
        Assert.Equal(new TimestepPoint(15.5, 0.2, 0, null, 4), result.Explanation.Timesteps[0].Points[0]);
    }

    [Fact]
    public void A_program_with_dependency_injection_registers_the_client()
    {
        using ServiceProvider services = new ServiceCollection().AddClassifierClient(options => options.Address = new Uri("http://server")).Services.BuildServiceProvider();

        Assert.NotNull(services.GetRequiredService<ClassifierClient>());
        Assert.Throws<ArgumentException>(() => new ClassifierClient(new HttpClient())); // of which server?
    }

    private static async IAsyncEnumerable<BatchItem> Items()
    {
        await Task.Yield();
        yield return new BatchItem("a", Examples.Request);
        yield return new BatchItem("b", new MatchRequest { Images = [new byte[] { 1 }], Captions = ["c"] });
    }

    private static async IAsyncEnumerable<BatchItem> Unreadable()
    {
        await Task.Yield();
        yield return new BatchItem("a", new ClassificationRequest { Image = await File.ReadAllBytesAsync("no/such.png") });
    }

    private sealed class Watched(Action closed) : MemoryStream([1, 2, 3])
    {
        protected override void Dispose(bool disposing)
        {
            closed();
            base.Dispose(disposing);
        }
    }
}
