using System.Net;

namespace DiffusionClassifier.Client.Tests;

/// <summary>What is sent again, when, and what the caller is told.</summary>
public sealed class RetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_that_the_server_cannot_take_is_sent_again_when_it_says_and_counts_as_the_same()
    {
        using FakeServer server = new FakeServer().Refuse(HttpStatusCode.TooManyRequests, "quota_exceeded", retryAfter: 7)
            .Refuse(HttpStatusCode.ServiceUnavailable, "overloaded", retryAfter: 30).Answer(Examples.Answer());
        var time = new HastyTime();

        ClassificationResult answer = await server.Client(options => options.TimeProvider = time).ClassifyAsync(Examples.Request, Cancellation);

        Assert.Equal("ship", answer.Prediction);
        Assert.Equal(3, server.Requests.Count);
        Assert.Single(server.Requests.Select(request => request.Header("Idempotency-Key")).Distinct());
        Assert.Single(server.Requests.Select(request => request.Body).Distinct());
        Assert.InRange(time.Waited, TimeSpan.FromSeconds(37), TimeSpan.FromSeconds(38));
    }

    [Fact]
    public async Task A_connection_that_is_lost_is_tried_again_and_at_last_an_error_says_so()
    {
        using FakeServer once = new FakeServer().Lose().Answer(Examples.Match);
        using var always = new FakeServer { Otherwise = _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "It is gone.") };
        using FakeServer misspelt = new FakeServer().Lose(HttpRequestError.NameResolutionError);

        MatchResult match = await once.Client().MatchAsync(new MatchRequest { Images = [new byte[] { 1 }], Captions = ["a", "b"] }, Cancellation);
        ClassifierException gone = await Assert.ThrowsAsync<ClassifierException>(() => always.Client(options => options.Retries = 2).ListModelsAsync(Cancellation));
        ClassifierException unknown = await Assert.ThrowsAsync<ClassifierException>(() => misspelt.Client().ListModelsAsync(Cancellation));

        Assert.Equal(["a", "b"], match.Captions);
        Assert.Equal((ClassifierException.Unreachable, 3), (gone.Code, always.Requests.Count));
        Assert.Contains("http://server/vision/ cannot be reached: It is gone.", gone.Message, StringComparison.Ordinal);
        Assert.Equal((ClassifierException.Unreachable, 1), (unknown.Code, misspelt.Requests.Count));
    }

    [Fact]
    public async Task A_wait_that_is_longer_than_the_clients_patience_is_the_callers_decision()
    {
        using FakeServer server = new FakeServer().Refuse(HttpStatusCode.TooManyRequests, "quota_exceeded", retryAfter: 600);

        ClassifierException refused = await Assert.ThrowsAsync<ClassifierException>(() => server.Client().ClassifyAsync(Examples.Request, Cancellation));

        Assert.Equal(TimeSpan.FromMinutes(10), refused.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "unknown_label")]
    [InlineData(HttpStatusCode.InternalServerError, "model_failure")]
    [InlineData(HttpStatusCode.GatewayTimeout, "deadline_exceeded")]
    public async Task What_would_fail_again_is_not_sent_again_and_the_error_says_all_that_the_server_said(HttpStatusCode status, string code)
    {
        using FakeServer server = new FakeServer().Refuse(status, code);

        ClassifierException refused = await Assert.ThrowsAsync<ClassifierException>(() => server.Client().ClassifyAsync(Examples.Request, Cancellation));

        Assert.Equal((code, "What to do.", "labels", (int)status, "abc"), (refused.Code, refused.Detail, refused.Field, refused.Status, refused.TraceId));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_answer_of_another_server_is_called_that()
    {
        using FakeServer proxy = new FakeServer().Answer(() => FakeServer.Response(HttpStatusCode.NotFound, "text/html", "<html>"));
        using FakeServer other = new FakeServer().Answer(() => FakeServer.Response(HttpStatusCode.OK, "text/html", "<html>"));

        ClassifierException refused = await Assert.ThrowsAsync<ClassifierException>(() => proxy.Client().ListModelsAsync(Cancellation));
        ClassifierException nonsense = await Assert.ThrowsAsync<ClassifierException>(() => other.Client().ListModelsAsync(Cancellation));

        Assert.Equal((ClassifierException.UnexpectedAnswer, 404), (refused.Code, refused.Status));
        Assert.Contains("http://server/vision/models answered 404", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ClassifierException.UnexpectedAnswer, nonsense.Code);
    }

    [Fact]
    public async Task The_key_is_sent_and_a_caller_that_gives_up_ends_the_request()
    {
        using FakeServer server = new FakeServer().Answer(new ModelList([], []));
        using var given = new CancellationTokenSource();
        await given.CancelAsync();

        await server.Client(options => options.ApiKey = "secret").ListModelsAsync(Cancellation);

        Assert.Equal("Bearer secret", server.Requests[0].Header("Authorization"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Client().ListModelsAsync(given.Token));
    }
}
