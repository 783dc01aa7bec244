using System.Diagnostics;
using System.Globalization;

namespace DiffusionClassifier.Cluster;

/// <summary>How much faster more replicas are.</summary>
internal static class Scaling
{
    private const double RowMicroseconds = 250;
    private const int Labels = 1_000, UsualTrials = 128;
    private const int SmallJobs = 200, SmallLabels = 10, SmallTrials = 64;

    public static async Task<int> RunAsync(string[] args)
    {
        int trials = args is [var text] ? int.Parse(text, CultureInfo.InvariantCulture) : UsualTrials;
        using var redis = new RedisProcess();
        List<ReplicaProcess> replicas = [];
        (double large, double small) alone = default;
        Console.WriteLine($"| replicas | {Labels:N0} labels × {trials} trials | of ideal | {SmallJobs} jobs of {SmallLabels} × {SmallTrials} | of ideal |");
        Console.WriteLine("|---|---|---|---|---|");
        try
        {
            for (int count = 1; count <= 3; count++)
            {
                replicas.Add(new ReplicaProcess(redis.Port, RowMicroseconds));
                await replicas[^1].ReadyAsync();
                await WarmUpAsync(replicas);
                (double large, double small) = (await LargeAsync(replicas, trials), await SmallAsync(replicas));
                alone = count == 1 ? (large, small) : alone;
                Console.WriteLine(FormattableString.Invariant(
                    $"| {count} | {large:0.00} s | {alone.large / count / large:0.000} | {small:0.00} s | {alone.small / count / small:0.000} |"));
            }
        }
        finally
        {
            replicas.ForEach(replica => replica.Dispose());
        }

        return 0;
    }

    // Until each replica has run everything once, knows the others, and how fast they are.
    private static async Task WarmUpAsync(List<ReplicaProcess> replicas)
    {
        await SmallAsync(replicas);
        foreach (ReplicaProcess replica in replicas)
            await replica.Client.EndAsync(await replica.Client.SubmitAsync(Requests.Of(image: 9, Labels, trials: 2)));
        await Task.Delay(TimeSpan.FromSeconds(7));
    }

    private static async Task<double> LargeAsync(List<ReplicaProcess> replicas, int trials)
    {
        long begin = Stopwatch.GetTimestamp();
        await replicas[0].Client.EndAsync(await replicas[0].Client.SubmitAsync(Requests.Of(image: 1, Labels, trials)));
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static async Task<double> SmallAsync(List<ReplicaProcess> replicas)
    {
        long begin = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, SmallJobs, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (index, _) =>
        {
            HttpClient client = replicas[index % replicas.Count].Client;
            string id = await client.SubmitAsync(Requests.Of(index % 250, SmallLabels, SmallTrials));
            await client.EndAsync(id);
        });
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
