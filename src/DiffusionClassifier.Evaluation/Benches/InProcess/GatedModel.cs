using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>
/// The model that a benchmarked engine runs: another model behind a gate. Once <see cref="Close"/> was called, the engine's device thread
/// waits before a denoiser call until the bench grants it a number of calls by <see cref="RunAsync"/>, so the bench can use the same loaded
/// model meanwhile. A slice begins and ends at the gate, where one batch is waiting that the engine has already assembled.
/// </summary>
internal sealed class GatedModel(
    IDiffusionModel inner, IReadOnlyList<int> buckets, FeederAllocations feeder, TimeProvider time) : BorrowedModel(inner, buckets)
{
    private readonly SemaphoreSlim _granted = new(0), _ended = new(0);
    private volatile bool _closed;
    private int _grant; // calls of the next slice; written before _granted is released
    private int _runs, _left, _rows; // from here on, used only by the device's thread
    private long _begin, _bytes;
    private EngineSlice _slice; // read after _ended was released

    // By both of the device's threads: this one, and the one that fills and scores.
    private long AllocatedBytes => GC.GetAllocatedBytesForCurrentThread() + feeder.Bytes;

    public override void Run(DenoisingBatch batch)
    {
        if (_closed && _left == 0)
            Pass();
        base.Run(batch);
        _rows += batch.Bucket;
        _left--;
    }

    /// <summary>From now on, only what was granted runs. Called while the engine is idle.</summary>
    public void Close() => (_closed, _left) = (true, 0);

    /// <summary>Lets the engine run freely.</summary>
    public void Open()
    {
        _closed = false;
        _granted.Release();
    }

    /// <summary>Grants a number of calls; completes when the device's thread is back at the gate.</summary>
    public async Task<EngineSlice> RunAsync(int runs)
    {
        _grant = runs;
        _granted.Release();
        await _ended.WaitAsync();
        return _slice;
    }

    private void Pass()
    {
        if (_runs > 0)
        {
            _slice = new EngineSlice(_rows, _runs, time.GetElapsedTime(_begin).TotalSeconds, AllocatedBytes - _bytes);
            _ended.Release();
        }

        _granted.Wait();
        (_runs, _left, _rows) = (_grant, _grant, 0);
        (_begin, _bytes) = (time.GetTimestamp(), AllocatedBytes);
    }
}
