namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>One situation: a number of endless large requests, and small ones that arrive whatever happens to those before them.</summary>
internal sealed class MixedPhase(MixedEngine engine, int bigTrials, TimeProvider time)
{
    private const int Seed = 1; // of the arrivals: the same in every situation, for comparison

    // Until the large requests are encoded and share the device steadily.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    /// <param name="big">Large requests.</param>
    /// <param name="smallRate">Small requests per second; 0: none.</param>
    /// <param name="seconds">How long small requests keep coming.</param>
    /// <param name="grace">How long the last of them may take after that.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<MixedOutcome> RunAsync(int big, double smallRate, double seconds, double grace, CancellationToken cancellationToken)
    {
        RowCounter[] bigRows = [.. Enumerable.Range(0, big).Select(_ => new RowCounter())];
        TimeSpan[] arrivals = smallRate == 0 ? [] : [.. PoissonArrivals.Generate(smallRate, seconds, Seed)];
        RowCounter[] smallRows = [.. arrivals.Select(_ => new RowCounter())];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task bigs = Task.WhenAll(bigRows.Select((rows, i) => engine.AskBigAsync(i, bigTrials, rows, stop.Token)));
        try
        {
            await Task.Delay(Settle, cancellationToken);
            int[] before = [.. bigRows.Select(rows => rows.Rows)];
            long begin = time.GetTimestamp();
            Task<double[]> smalls = Task.WhenAll(arrivals.Select((at, i) => AskSmallAsync(begin, at, (ulong)i, smallRows[i], stop.Token)));
            await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
            double elapsed = time.GetElapsedTime(begin).TotalSeconds;
            double[] bigShares = [.. bigRows.Select((rows, i) => (rows.Rows - before[i]) / elapsed)];
            double total = bigShares.Sum() + smallRows.Sum(rows => rows.Rows) / elapsed;

            await Task.WhenAny(smalls, Task.Delay(TimeSpan.FromSeconds(grace), cancellationToken));
            await stop.CancelAsync();
            return new MixedOutcome(await smalls, bigShares, total);
        }
        finally
        {
            await stop.CancelAsync();
            await bigs;
        }
    }

    /// <summary>Small requests one after the other, each alone; at least one.</summary>
    /// <returns>Their times in seconds.</returns>
    public async Task<IReadOnlyList<double>> RunIsolatedAsync(double seconds, CancellationToken cancellationToken)
    {
        List<double> latencies = [];
        long begin = time.GetTimestamp();
        while (latencies.Count == 0 || time.GetElapsedTime(begin).TotalSeconds < seconds)
        {
            long sent = time.GetTimestamp();
            await engine.AskSmallAsync((ulong)latencies.Count, new RowCounter(), cancellationToken);
            latencies.Add(time.GetElapsedTime(sent).TotalSeconds);
        }

        return latencies;
    }

    // Measured from when it was due: a late bench must not make the engine look fast.
    private async Task<double> AskSmallAsync(long begin, TimeSpan at, ulong seed, RowCounter rows, CancellationToken stop)
    {
        try
        {
            TimeSpan wait = at - time.GetElapsedTime(begin);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, stop);
            await engine.AskSmallAsync(seed, rows, stop);
            return (time.GetElapsedTime(begin) - at).TotalSeconds;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return double.PositiveInfinity;
        }
    }
}
