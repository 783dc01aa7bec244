using System.Collections.Concurrent;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core.Devices;

/// <summary>
/// Opens and closes the models of one device, one after another, on a thread of its own: reading a model takes from a second to minutes,
/// in which the device goes on with others. The device is asked for its turn only to measure a model that it never had, which must not be
/// disturbed, and, where its provider allows nothing else (<see cref="IModelSource.OpensBeside"/>), for the opening itself. Owns the open
/// models, except while the device's thread runs them; owned by an <see cref="InferenceWorker"/>.
/// </summary>
internal sealed partial class ModelLoader : IDisposable
{
    private readonly DeviceOptions _device;
    private readonly IModelSource _source;
    private readonly BatchFeeder _feeder;
    private readonly IReadOnlyList<WorkSlot> _slots;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly BlockingCollection<Action> _orders = [];
    private readonly ConcurrentDictionary<string, ModelRunner> _open = [];
    private readonly Dictionary<string, BatchLadder> _ladders = []; // of all models that were ever measured here
    private volatile bool _stopped;

    public ModelLoader(
        DeviceOptions device, IModelSource source, BatchFeeder feeder, IReadOnlyList<WorkSlot> slots, TimeProvider time, ILogger logger)
    {
        (_device, _source, _feeder, _slots, _time, _logger) = (device, source, feeder, slots, time, logger);
        _thread = new Thread(Main) { IsBackground = true, Name = $"loader {device.Name}" };
    }

    /// <summary>Whether no model is open.</summary>
    public bool IsEmpty => _open.IsEmpty;

    public void Start() => _thread.Start();

    /// <summary>The model, which is open. For the device's thread.</summary>
    public ModelRunner this[string model] => _open[model];

    /// <summary>Opens a model, warms it up and lets its batches be assembled.</summary>
    /// <returns>Why that is not possible; null: it is done.</returns>
    public Task<Exception?> LoadAsync(string model) => DoAsync(() => Load(model));

    /// <summary>Closes a model that has no jobs, when the device has done with its last rows.</summary>
    public Task<Exception?> UnloadAsync(string model) => DoAsync(() => Unload(model));

    /// <summary>Closes a model that the device's thread could not reload. For that thread.</summary>
    public void Lose(string model) => Close(model);

    /// <summary>Begins nothing more.</summary>
    public void Stop()
    {
        _stopped = true;
        _orders.CompleteAdding();
    }

    /// <summary>Waits until the thread has ended.</summary>
    /// <returns>Whether it ended in time, or never began.</returns>
    public bool Join(TimeSpan timeout) => _thread.ThreadState.HasFlag(ThreadState.Unstarted) || _thread.Join(timeout);

    /// <summary>Closes all models: once nothing runs anymore.</summary>
    public void Dispose()
    {
        foreach (WorkSlot slot in _slots)
            slot.Dispose();
        foreach (string model in _open.Keys)
            Close(model);
    }

    private void Main()
    {
        foreach (Action order in _orders.GetConsumingEnumerable())
            order();
    }

    private Task<Exception?> DoAsync(Action work)
    {
        var done = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _orders.Add(() => done.SetResult(Try(work)));
        }
        catch (InvalidOperationException) // stopped
        {
            done.SetResult(new OperationCanceledException("The device is stopping."));
        }

        return done.Task;
    }

    private Exception? Try(Action work)
    {
        try
        {
            if (_stopped)
                throw new OperationCanceledException("The device is stopping.");
            work();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private void Load(string model)
    {
        long begin = _time.GetTimestamp();
        try
        {
            Beside(() => _open[model] = new ModelRunner(() => _source.Open(model, _device)));
            BatchLadder ladder = WarmUp(model);
            Beside(() =>
            {
                foreach (WorkSlot slot in _slots)
                    slot.Attach(model, _open[model].Model);
            });
            _feeder.Add(model, ladder);
            LogLoaded(model, _device.Name, _time.GetElapsedTime(begin).TotalSeconds, string.Join(", ", ladder.Sizes),
                1 / ladder.SecondsPerRow);
        }
        catch
        {
            Beside(() => Close(model));
            throw;
        }
    }

    private BatchLadder WarmUp(string model)
    {
        ModelRunner runner = _open[model];
        if (_ladders.TryGetValue(model, out BatchLadder? known))
        {
            try
            {
                Beside(() => BucketSweep.Repeat(runner.Model, known));
                return known;
            }
            catch (DeviceOutOfMemoryException)
            {
                Beside(runner.Reopen); // and measured anew: other models may take room now that was free then
            }
        }

        BatchLadder? ladder = null;
        _feeder.TakeTurn(() => ladder = BucketSweep.Run(runner, _device.Batch, _time));
        return _ladders[model] = ladder!;
    }

    private void Unload(string model)
    {
        if (!_open.ContainsKey(model))
            return; // lost, or never opened here
        _feeder.Remove(model);
        Beside(() => Close(model));
        LogUnloaded(model, _device.Name);
    }

    private void Close(string model)
    {
        foreach (WorkSlot slot in _slots)
            slot.Detach(model);
        if (_open.TryRemove(model, out ModelRunner? runner))
            runner.Dispose();
    }

    private void Beside(Action work)
    {
        if (_source.OpensBeside(_device))
            work();
        else
            _feeder.TakeTurn(work);
    }

    [LoggerMessage(LogLevel.Information, "Model {Model} is ready on {Device} after {Seconds:0.00} s: "
        + "{RowsPerSecond:0} rows/s in batches of {Buckets}.")]
    private partial void LogLoaded(string model, string device, double seconds, string buckets, double rowsPerSecond);

    [LoggerMessage(LogLevel.Information, "Model {Model} was unloaded from {Device}.")]
    private partial void LogUnloaded(string model, string device);
}
