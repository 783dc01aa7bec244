using System.Text.Json;

namespace DiffusionClassifier.Client.Tests;

/// <summary>Streams that break are read on, and nothing comes twice.</summary>
public sealed class StreamTests
{
    private const string Events = "text/event-stream", Lines = "application/x-ndjson";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Progress_goes_on_after_a_lost_connection_and_never_back()
    {
        using FakeServer server = new FakeServer()
            .Stream(Events, Event("progress", Examples.Answer(10, false)) + ": heartbeat\n\n" + Event("progress", Examples.Answer(20, false)), isLost: true)
            .Stream(Events, Event("progress", Examples.Answer(15, false)) + Event("progress", Examples.Answer(30, false))) // ends without its last event
            .Stream(Events, Event("result", Examples.Answer(100)));

        List<ClassificationResult> seen = await server.Client().ClassifyProgressAsync(Examples.Request, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([10, 20, 30, 100], seen.Select(answer => answer.Cost.Rows));
        Assert.True(seen[^1].Decision.Complete);
        Assert.Single(server.Requests.Select(request => request.Header("Idempotency-Key")).Distinct());
        Assert.All(server.Requests, request => Assert.Equal(Events, request.Header("Accept")));
    }

    [Fact]
    public async Task An_error_that_comes_as_an_event_is_thrown()
    {
        using FakeServer server = new FakeServer().Stream(Events, "event: error\ndata: {\"status\":504,\"code\":\"deadline_exceeded\",\"detail\":\"Too short.\"}\n\n");

        ClassifierException error = await Assert.ThrowsAsync<ClassifierException>(async () => await server.Client().ClassifyProgressAsync(Examples.Request, Cancellation).CountAsync(Cancellation));

        Assert.Equal(("deadline_exceeded", "Too short.", 504), (error.Code, error.Detail, error.Status));
    }

    [Fact]
    public async Task A_stream_that_breaks_again_and_again_is_an_error_and_one_that_gets_further_is_not()
    {
        using var broken = new FakeServer { Otherwise = _ => new HttpResponseMessage { Content = new StringContent("") } };
        var slow = new FakeServer();
        for (int rows = 1; rows < 10; rows++)
            slow.Stream(Events, Event("progress", Examples.Answer(rows, false)), isLost: true);
        using FakeServer ending = slow.Stream(Events, Event("result", Examples.Answer()));

        ClassifierException error = await Assert.ThrowsAsync<ClassifierException>(
            async () => await broken.Client(options => options.Retries = 3).ClassifyProgressAsync(Examples.Request, Cancellation).CountAsync(Cancellation));
        int seen = await ending.Client(options => options.Retries = 3).ClassifyProgressAsync(Examples.Request, Cancellation).CountAsync(Cancellation);

        Assert.Equal((ClassifierException.Unreachable, 4), (error.Code, broken.Requests.Count));
        Assert.Equal(10, seen);
    }

    [Fact]
    public async Task A_job_is_watched_from_where_it_was_last_seen()
    {
        using FakeServer server = new FakeServer()
            .Stream(Events, Event("progress", Examples.Job(10), id: 7) + Event("progress", Examples.Job(20), id: 9), isLost: true)
            .Stream(Events, Event("result", Examples.Job(50, isEnded: true), id: 12));

        JobDescription job = await server.Client().Jobs.WaitAsync("j", Cancellation);

        Assert.Equal((JobStatus.Succeeded, 50), (job.Status, job.Rows));
        Assert.Equal([null, "9"], server.Requests.Select(request => request.Header("Last-Event-ID")));
        Assert.All(server.Requests, request => Assert.Equal("/vision/jobs/j/events", request.Address.AbsolutePath));
    }

    [Fact]
    public async Task Results_of_a_batch_come_once_each_until_it_has_ended()
    {
        using FakeServer server = new FakeServer()
            .Stream(Lines, Line(0, Examples.Answer()) + Line(2, Examples.Match), isLost: true)
            .Stream(Lines, Line(0, Examples.Answer())).Answer(Examples.Batch(2, isEnded: false)) // a server that stops ends its streams
            .Stream(Lines, Line(0, Examples.Answer()) + """{"index":1,"custom_id":"1","response":null,"error":{"status_code":400,"code":"invalid_image","detail":"Bad."}}""" + "\n")
            .Answer(Examples.Batch(2, isEnded: true));

        List<BatchAnswer> results = await server.Client().Batches.FollowAsync("b", Cancellation).ToListAsync(Cancellation);

        Assert.Equal([0, 2, 1], results.Select(result => result.Index));
        Assert.Equal("ship", results[0].Answer!.Prediction);
        Assert.Equal((null, "a"), (results[1].Answer, results[1].Match!.Images[0].Prediction));
        Assert.Equal(new ImageError(400, "invalid_image", "Bad."), results[2].Error);
    }

    [Fact]
    public async Task Several_images_have_an_answer_each_also_after_a_lost_connection()
    {
        string first = JsonSerializer.Serialize(new ImageAnswer(1, Examples.Answer(), null), AnswerJson.Options), second = JsonSerializer.Serialize(new ImageAnswer(0, null, new ImageError(400, "invalid_image", "Bad.")), AnswerJson.Options);
        using FakeServer server = new FakeServer().Stream(Lines, $"{first}\n", isLost: true).Stream(Lines, $"{second}\n{first}\n");

        List<ImageAnswer> images = await server.Client().ClassifyImagesAsync(new ClassificationRequest { Images = [new byte[] { 1 }, new byte[] { 2 }] }, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([(1, "ship", null), (0, null, "Bad.")], images.Select(image => (image.Index, image.Answer?.Prediction, image.Error?.Detail)));
    }

    [Fact]
    public async Task A_list_is_fetched_page_by_page()
    {
        using FakeServer server = new FakeServer().Answer(new JobList([Examples.Job(1), Examples.Job(2)], "a&b")).Answer(new JobList([Examples.Job(3)], null));

        List<JobDescription> jobs = await server.Client().Jobs.ListAsync(Cancellation).ToListAsync(Cancellation);

        Assert.Equal([1, 2, 3], jobs.Select(job => job.Rows));
        Assert.Equal(["?limit=100", "?limit=100&before=a%26b"], server.Requests.Select(request => request.Address.Query));
    }

    private static string Event<T>(string name, T data, int? id = null) =>
        $"{(id is null ? "" : $"id: {id}\n")}event: {name}\ndata: {JsonSerializer.Serialize(data, AnswerJson.Options)}\n\n";

    private static string Line<T>(int index, T body) =>
        $$"""{"index":{{index}},"custom_id":"{{index}}","response":{"status_code":200,"body":{{JsonSerializer.Serialize(body, AnswerJson.Options)}}},"error":null}""" + "\n";
}
