using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>Jobs of several replicas that share one Redis.</summary>
[Collection("Cluster")] // not beside others of its kind: membership is a matter of seconds
public sealed class ClusterTests(RedisServer redis) : IClassFixture<RedisServer>, IDisposable
{
    private static readonly CostSummary NoCost = new(0, 0, 0, 0, 0, 0);

    private readonly TemporaryFolder _folder = new();
    private readonly string _cluster = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    private static ClassificationRequest Request => new() { Image = new byte[] { 7 }, Trials = 400, Strategy = Strategy.Fixed };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_replicas_run_rows_of_one_job_and_the_answer_is_that_of_one_engine()
    {
        await using TestReplica first = await StartAsync();
        await using TestReplica second = await StartAsync();
        await second.Jobs.ListAsync("ada", before: null, 1, Cancellation); // both have joined
        int[] batches = [0, 0];
        first.Model.AfterPredict = _ => Count(batches, 0);
        second.Model.AfterPredict = _ => Count(batches, 1);

        JobDescription accepted = await first.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation);
        JobDescription ended = await second.EndOfAsync(accepted.Id);

        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.All(batches, count => Assert.InRange(count, 60, 400)); // of 250 full ones: neither had only the crumbs
        Assert.Equal(Text(await first.Host.Engine.ClassifyAsync(Request, cancellationToken: Cancellation)), Text(ended.Answer!));
    }

    [Fact]
    public async Task A_job_goes_on_where_one_of_its_replicas_leaves()
    {
        await using TestReplica first = await StartAsync();
        TestReplica second = await StartAsync();
        await second.Jobs.ListAsync("ada", before: null, 1, Cancellation);
        first.Model.AfterPredict = second.Model.AfterPredict = _ => Thread.Sleep(4);
        string id = (await second.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation)).Id;
        await foreach (JobDescription job in first.Jobs.WatchAsync(id, "ada", Cancellation))
        {
            if (job.Rows > 300)
                break;
        }

        await second.DisposeAsync();
        JobDescription ended = await first.EndOfAsync(id);

        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.Equal(Text(await first.Host.Engine.ClassifyAsync(Request, cancellationToken: Cancellation)), Text(ended.Answer!));
    }

    [Fact]
    public async Task A_job_goes_on_where_Redis_was_away_for_a_while()
    {
        await using TestReplica replica = await StartAsync();
        replica.Model.AfterPredict = _ => Thread.Sleep(4);
        string id = (await replica.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation)).Id;

        await redis.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);
        redis.Start();
        JobDescription ended = await replica.EndOfAsync(id);

        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.Equal(Text(await replica.Host.Engine.ClassifyAsync(Request, cancellationToken: Cancellation)), Text(ended.Answer!));
    }

    public void Dispose() => _folder.Dispose();

    private static void Count(int[] batches, int replica)
    {
        Interlocked.Increment(ref batches[replica]);
        TestReplica.RunBatch();
    }

    private Task<TestReplica> StartAsync()
    {
        string address = redis.Address;
        int port = RedisServer.FreePort();
        return TestReplica.StartAsync(_folder, options => options with
        {
            Redis = address,
            Cluster = _cluster,
            SiloAddress = "127.0.0.1",
            SiloPort = port,
        }, model: TestReplica.SlowModel());
    }

    private static string Text(ClassificationResult answer) => JsonSerializer.Serialize(answer with { Id = "", Cost = NoCost }, AnswerJson.Indented);
}
