using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// Warms a model up and finds its batch sizes: the largest is the smallest with 95% of the best rows per second, and takes no longer than
/// <see cref="BatchLadder.MaxSeconds"/>, because larger ones would gain almost nothing and make every new request wait longer. Stateless.
/// </summary>
public static class BucketSweep
{
    private const double EnoughOfBest = 0.95;
    // A device may run many rows in the time of one, or not: no probe should take longer if it does not.
    private const double MaxProbeSeconds = 8 * BatchLadder.MaxSeconds;
    private const int TimedRuns = 3; // of which the fastest counts: disturbances only make a run slower

    /// <summary>The largest batch of a model that an engine would run, found by timing it.</summary>
    /// <param name="model">The model, on an otherwise idle device.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Rows, one of the model's <see cref="IDiffusionModel.Buckets"/>.</returns>
    /// <exception cref="DeviceOutOfMemoryException">A batch does not fit into the device's memory.</exception>
    /// <exception cref="NotFiniteException">The model's numbers are not finite.</exception>
    public static int FindLargest(IDiffusionModel model, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(model);
        using DenoisingBatch batch = model.CreateBatch();
        return Run(model, batch, largest: null, time).Top;
    }

    /// <summary>Whether a model computes at all: its smallest batch, once.</summary>
    /// <exception cref="NotFiniteException">The model's numbers are not finite.</exception>
    public static void RunOnce(IDiffusionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using DenoisingBatch batch = model.CreateBatch();
        Try(model, batch, () => Predict(model, batch, model.Buckets[0]));
    }

    /// <summary>
    /// Sweeps until a ladder fits into the device's memory: after a batch that did not, the device may fail at any size, so the model is
    /// reloaded, and that size and those above it are left out.
    /// </summary>
    /// <inheritdoc cref="Run(IDiffusionModel, DenoisingBatch, int?, TimeProvider, int)"/>
    internal static BatchLadder Run(ModelRunner runner, int? largest, TimeProvider time)
    {
        int fits = int.MaxValue;
        while (true)
        {
            using (DenoisingBatch batch = runner.Model.CreateBatch())
            {
                try
                {
                    return Run(runner.Model, batch, largest, time, fits);
                }
                catch (DeviceOutOfMemoryException) when (batch.Bucket > runner.Model.Buckets[0])
                {
                    fits = batch.Bucket - 1;
                }
            }

            runner.Reopen();
        }
    }

    /// <summary>Runs each size of a ladder once, which was measured before: the device has not to be idle for that.</summary>
    /// <exception cref="DeviceOutOfMemoryException">A batch does not fit into the device's memory.</exception>
    /// <exception cref="NotFiniteException">The model's numbers are not finite.</exception>
    internal static void Repeat(IDiffusionModel model, BatchLadder ladder)
    {
        using DenoisingBatch batch = model.CreateBatch();
        Try(model, batch, () =>
        {
            foreach (int bucket in ladder.Sizes.Reverse()) // the largest first, as below
                Predict(model, batch, bucket);
        });
    }

    /// <param name="model">The model.</param>
    /// <param name="batch">One of its batches.</param>
    /// <param name="largest">The largest batch, if it is already decided: then it alone is timed. Null: find it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="fits">The largest batch that may be tried.</param>
    internal static BatchLadder Run(IDiffusionModel model, DenoisingBatch batch, int? largest, TimeProvider time, int fits = int.MaxValue)
    {
        int[] sizes = [.. model.Buckets.Where(bucket => bucket <= fits)];
        BatchLadder? ladder = null;
        Try(model, batch, () => ladder = largest is { } limit
            ? WarmUp(model, batch, [.. sizes.Where(size => size <= limit || size == sizes[0])], time)
            : Measure(model, batch, sizes, time));
        return ladder!;
    }

    // Runs with rows that make sense; what fails at the last timestep alone is told from what fails at any.
    private static void Try(IDiffusionModel model, DenoisingBatch batch, Action run)
    {
        SampleRows.Fill(model, batch);
        (int begin, int last) = (model.Manifest.TimestepFrom, model.Manifest.TimestepTo - 1);
        try
        {
            run();
        }
        catch (Exception exception) when (exception is not (DeviceOutOfMemoryException or NotFiniteException) && begin < last)
        {
            Array.Fill(batch.Timesteps, begin);
            model.PredictNoise(batch);
            throw new UnknownTimestepException(model.Manifest.Id, begin, last, exception);
        }
    }

    // The largest first, so that the blocks of a device's memory serve the smaller ones too. Its time is needed before the first batch:
    // queues are estimated by it, and work is divided among replicas. Those of the others are learned from real batches.
    private static BatchLadder WarmUp(IDiffusionModel model, DenoisingBatch batch, int[] sizes, TimeProvider time)
    {
        double seconds = Time(model, batch, sizes[^1], time);
        foreach (int bucket in sizes.SkipLast(1).Reverse())
            Predict(model, batch, bucket);
        return new BatchLadder(sizes, [.. sizes.SkipLast(1).Select(_ => 0.0), seconds]);
    }

    private static BatchLadder Measure(IDiffusionModel model, DenoisingBatch batch, int[] sizes, TimeProvider time)
    {
        double smallest = Time(model, batch, sizes[0], time);
        var seconds = new SortedDictionary<int, double>();
        foreach (int bucket in sizes.Where(size => size == sizes[0] || smallest * size / sizes[0] <= MaxProbeSeconds).Reverse())
            seconds[bucket] = Time(model, batch, bucket, time);
        int top = Best(seconds);
        return new BatchLadder(seconds.Keys.Where(bucket => bucket <= top),
            seconds.Where(pair => pair.Key <= top).Select(pair => pair.Value));
    }

    private static int Best(SortedDictionary<int, double> seconds)
    {
        KeyValuePair<int, double>[] quick = [.. seconds.Where(pair => pair.Value <= BatchLadder.MaxSeconds)];
        if (quick.Length == 0)
            return seconds.Keys.Min();
        double best = quick.Max(Rate);
        return quick.First(pair => Rate(pair) >= EnoughOfBest * best).Key;

        static double Rate(KeyValuePair<int, double> pair) => pair.Key / Math.Max(pair.Value, double.Epsilon);
    }

    private static double Time(IDiffusionModel model, DenoisingBatch batch, int bucket, TimeProvider time)
    {
        Predict(model, batch, bucket); // the first call of a size plans memory and picks kernels
        double best = double.PositiveInfinity;
        for (int i = 0; i < TimedRuns; i++)
        {
            long begin = time.GetTimestamp();
            model.PredictNoise(batch);
            best = Math.Min(best, time.GetElapsedTime(begin).TotalSeconds);
            if (best > BatchLadder.MaxSeconds)
                break; // too slow to be chosen for its speed: no need to know exactly
        }

        return best;
    }

    private static void Predict(IDiffusionModel model, DenoisingBatch batch, int bucket)
    {
        batch.Bucket = bucket;
        model.PredictNoise(batch);
        SampleRows.Check(model, batch);
    }
}
