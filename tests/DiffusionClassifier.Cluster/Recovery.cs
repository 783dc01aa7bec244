using System.Diagnostics;

namespace DiffusionClassifier.Cluster;

/// <summary>How long a job stands still where something is lost.</summary>
internal static class Recovery
{
    private const double RowMicroseconds = 500;
    private const int Labels = 100, Trials = 2_000; // 100 s of one device

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(6), GivenUp = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync()
    {
        using var redis = new RedisProcess();
        List<ReplicaProcess> replicas = [];
        try
        {
            for (int count = 0; count < 3; count++)
                replicas.Add(await StartAsync(redis));
            await Task.Delay(TimeSpan.FromSeconds(7));
            Console.WriteLine("| what | seconds until rows came again | longest time without rows, until all are back |");
            Console.WriteLine("|---|---|---|");
            await MeasureAsync("nothing: rows are counted when a block comes back", replicas, 0, () => Task.CompletedTask);
            for (int each = 0; each < 3; each++) // one of them has the job's grain
                await MeasureAsync($"kill -9 of replica {each + 1} of 3", replicas, each, async () => Replace(replicas, each, await KilledAsync(replicas[each], redis)));
            await MeasureAsync("freeze (SIGSTOP) of replica 1 for 15 s", replicas, 0, () => FreezeAsync(replicas[0]));
            await MeasureAsync("Redis killed for 3 s", replicas, 0, async () =>
            {
                redis.Kill();
                await Task.Delay(TimeSpan.FromSeconds(3));
                redis.Start();
            });
            await MeasureAsync("kill -9 of all, started again at once", replicas, 0, async () =>
            {
                replicas.ForEach(replica => replica.Kill());
                for (int each = 0; each < 3; each++)
                    Replace(replicas, each, new ReplicaProcess(redis.Port, RowMicroseconds));
                await Task.WhenAll(replicas.Select(replica => replica.ReadyAsync()));
            });
        }
        finally
        {
            replicas.ForEach(replica => replica.Dispose());
        }

        return 0;
    }

    private static async Task<ReplicaProcess> StartAsync(RedisProcess redis)
    {
        var replica = new ReplicaProcess(redis.Port, RowMicroseconds);
        await replica.ReadyAsync();
        return replica;
    }

    private static async Task<ReplicaProcess> KilledAsync(ReplicaProcess replica, RedisProcess redis)
    {
        replica.Kill();
        await Task.Delay(TimeSpan.FromSeconds(6)); // the others go on alone meanwhile
        return await StartAsync(redis);
    }

    private static async Task FreezeAsync(ReplicaProcess replica)
    {
        await replica.SignalAsync("STOP");
        await Task.Delay(TimeSpan.FromSeconds(15));
        await replica.SignalAsync("CONT");
    }

    private static void Replace(List<ReplicaProcess> replicas, int index, ReplicaProcess replica)
    {
        replicas[index].Dispose();
        replicas[index] = replica;
    }

    // As seen from a replica that lives, or lives again. Only growth counts: where a job is taken up, its rows first fall to what was stored.
    private static async Task MeasureAsync(string what, List<ReplicaProcess> replicas, int victim, Func<Task> accident)
    {
        string id = await replicas[victim].Client.SubmitAsync(Requests.Of(victim, Labels, Trials));
        int rows;
        while ((rows = (await replicas[victim].Client.JobAsync(id)).Rows) < 4_000)
            await Task.Delay(50);
        Task happens = accident();
        (double? first, double longest) = (null, 0);
        long begin = Stopwatch.GetTimestamp();
        for (long since = begin; first is null || !happens.IsCompleted || Stopwatch.GetElapsedTime(begin) < Watched;)
        {
            JobDescription? job = await TryAsync(replicas, victim, id);
            if (job?.Ended is not null)
                break;
            if (job is not null && job.Rows > rows)
            {
                first ??= Stopwatch.GetElapsedTime(begin).TotalSeconds;
                since = Stopwatch.GetTimestamp();
            }

            rows = job?.Rows ?? rows;
            if (Stopwatch.GetElapsedTime(begin) > GivenUp)
                throw new InvalidOperationException($"{what}: no rows came again.");
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(since).TotalSeconds);
            await Task.Delay(20);
        }

        await happens;
        Console.WriteLine(FormattableString.Invariant($"| {what} | {first:0.0} | {longest:0.0} |"));
        JobDescription canceled = await TryAsync(replicas, victim, id) ?? throw new InvalidOperationException("The job was lost.");
        await replicas[(victim + 1) % replicas.Count].Client.DeleteAsync($"/jobs/{canceled.Id}");
    }

    private static async Task<JobDescription?> TryAsync(List<ReplicaProcess> replicas, int victim, string id)
    {
        try
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            return await replicas[(victim + 1) % replicas.Count].Client.JobAsync(id).WaitAsync(soon.Token);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
