using System.Net;

namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

/// <summary>Two replicas behind nginx with the configuration that ships, as long as nothing is lost.</summary>
/// <param name="set">The replicas; the same for all tests of a class.</param>
public abstract class LoadBalancerTests(SharedReplicas set)
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected HttpClient Client => set.Replicas.Client;

    [Fact]
    public async Task Requests_are_spread_over_both_replicas_and_metrics_are_not_shown()
    {
        double[] before = await AnsweredAsync();

        await set.Replicas.ClassifyManyAsync(Cancellation);

        double[] answered = [.. (await AnsweredAsync()).Zip(before, (after, first) => after - first)];
        Assert.Equal(ReplicaSet.Many, answered.Sum());
        Assert.All(answered, each => Assert.InRange(each, 1, ReplicaSet.Many - 1));
        foreach (string address in (string[])["metrics", "metrics/", "Metrics", "METRICS/", "metric%73", "metrics?a=b", "/metrics"])
            Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(address, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task What_both_replicas_say_reaches_the_client_as_it_was_said()
    {
        HttpResponseMessage response = await Client.PostAsync("classify", ServiceProcess.Form("ship.png", ("labels", "shp")), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_body_that_is_too_large_for_memory_gets_through_and_one_too_large_for_the_service_does_not()
    {
        HttpResponseMessage large = await PostAsync(megabytes: 60), tooLarge = await PostAsync(megabytes: 95);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, large.StatusCode); // the service has looked at it: it is no picture
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);

        Task<HttpResponseMessage> PostAsync(int megabytes) => Client.PostAsync("classify",
            new MultipartFormDataContent { { new ByteArrayContent(new byte[megabytes << 20]), "image", "large.png" } }, Cancellation);
    }

    private Task<double[]> AnsweredAsync() => Task.WhenAll(set.Replicas.Replicas.Select(ReplicaSet.AnsweredAsync));
}
