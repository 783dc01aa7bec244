using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Cluster;

/// <summary>
/// Replicas are killed, frozen and told to stop at random while many jobs run, and Redis is killed: no job may be lost, wrong or stuck.
/// </summary>
internal static class Chaos
{
    private const double RowMicroseconds = 300;
    private const int Replicas = 3, UsualAccidents = 30, UsualJobs = 500, Seed = 1;

    private const int LongestFreeze = 12; // seconds: the others give such a replica up, and go on without it

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(4), Downtime = TimeSpan.FromSeconds(0.7);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromMinutes(5); // after the last accident
    private static readonly CostSummary NoCost = new(0, 0, 0, 0, 0, 0);

    public static async Task<int> RunAsync(string[] args)
    {
        int accidents = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : UsualAccidents;
        int jobs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : UsualJobs;
        var fate = new Random(Seed);
        ClassificationRequest[] requests = [.. Enumerable.Range(0, jobs).Select(index => Requests.Of(
            index % 250, fate.Next(2, 40), fate.Next(4, 200), fate.Next(2) == 0 ? Strategy.Fixed : Strategy.Race) with { Seed = (ulong)index })];
        using var redis = new RedisProcess();
        var replicas = new ReplicaProcess[Replicas];
        for (int each = 0; each < Replicas; each++)
            replicas[each] = new ReplicaProcess(redis.Port, RowMicroseconds);
        await Task.WhenAll(replicas.Select(replica => replica.ReadyAsync()));
        try
        {
            Task<string[]> submitting = SubmitAsync(requests, replicas);
            for (int accident = 0; accident < accidents; accident++)
            {
                await Task.Delay(Between);
                await HappenAsync(accident, replicas, redis, fate);
            }

            return await JudgeAsync(requests, await submitting, replicas, accidents);
        }
        finally
        {
            Array.ForEach(replicas, replica => replica.Dispose());
        }
    }

    // Whatever is lost on the way is sent again under the same key.
    private static async Task<string[]> SubmitAsync(ClassificationRequest[] requests, ReplicaProcess[] replicas)
    {
        var ids = new string[requests.Length];
        await Parallel.ForAsync(0, requests.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (index, _) =>
            ids[index] = await InsistAsync(replicas, index, client => client.SubmitAsync(requests[index], $"job {index}")));
        return ids;
    }

    private static async Task<T> InsistAsync<T>(ReplicaProcess[] replicas, int index, Func<HttpClient, Task<T>> call)
    {
        for (int attempt = index; ; attempt++)
        {
            try
            {
                return await call(replicas[attempt % replicas.Length].Client);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or ObjectDisposedException)
            {
                await Task.Delay(200);
            }
        }
    }

    // Each kind in turn: a few accidents have one of each.
    private static async Task HappenAsync(int accident, ReplicaProcess[] replicas, RedisProcess redis, Random fate)
    {
        int victim = fate.Next(replicas.Length);
        switch (accident % 4)
        {
            case 0:
                replicas[victim].Kill();
                await Task.Delay(Downtime);
                replicas[victim] = new ReplicaProcess(redis.Port, RowMicroseconds);
                break;
            case 1:
                await replicas[victim].SignalAsync("STOP");
                await Task.Delay(TimeSpan.FromSeconds(fate.Next(1, LongestFreeze + 1)));
                await replicas[victim].SignalAsync("CONT");
                break;
            case 2:
                await replicas[victim].StopAsync();
                replicas[victim] = new ReplicaProcess(redis.Port, RowMicroseconds);
                break;
            default:
                redis.Kill();
                await Task.Delay(Downtime);
                redis.Start();
                break;
        }
    }

    private static async Task<int> JudgeAsync(ClassificationRequest[] requests, string[] ids, ReplicaProcess[] replicas, int accidents)
    {
        using var meter = new Meter("cluster");
        using var host = new EngineHost(
            new FakeModelSource(Replica.Model), new FakeImagePreprocessor(), new EngineOptions { Devices = [new() { Batch = 32 }] },
            TimeProvider.System, new EngineMetrics(meter), NullLoggerFactory.Instance);
        await host.StartAsync();
        (int lost, int wrong, int stuck, long rows, long needed) = (0, 0, 0, 0, 0);
        long begin = Stopwatch.GetTimestamp();
        var ends = new JobDescription?[ids.Length];
        for (int index = 0; index < ids.Length; index++)
            ends[index] = await EndOrNullAsync(replicas, ids[index], index, begin);
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        foreach ((int index, JobDescription? job) in ends.Index())
        {
            stuck += job is null or { Ended: null } ? 1 : 0;
            lost += job is { Ended: not null, Answer: null } ? 1 : 0;
            if (job?.Answer is not { } answer)
                continue;
            ClassificationResult expected = await host.Engine.Submit(new Submission(requests[index])).Result;
            wrong += Text(answer) == Text(expected) ? 0 : 1;
            (rows, needed) = (rows + answer.Cost.Rows, needed + expected.Cost.Rows);
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{accidents} accidents, {ids.Length} jobs: {lost} lost, {wrong} wrong, {stuck} stuck; {rows:N0} rows counted, {needed:N0} needed; all ended {seconds:0} s after the last of them"));
        return lost + wrong + stuck == 0 ? 0 : 1;
    }

    private static async Task<JobDescription?> EndOrNullAsync(ReplicaProcess[] replicas, string id, int index, long begin)
    {
        JobDescription? job = null;
        while (job?.Ended is null && Stopwatch.GetElapsedTime(begin) < LongestEnd)
        {
            job = await InsistAsync(replicas, index, client => client.JobAsync(id));
            if (job.Ended is null)
                await Task.Delay(100);
        }

        return job;
    }

    private static string Text(ClassificationResult answer) => JsonSerializer.Serialize(answer with { Id = "", Cost = NoCost }, AnswerJson.Options);
}
