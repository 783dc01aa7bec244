using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>
/// One dedicated thread for one device: it loads and warms the models, then pulls work from the scheduler until it is stopped. It owns
/// the models and their batches, which no other thread touches. A thread of its own, because a denoiser call blocks for as long as it takes.
/// </summary>
internal sealed partial class InferenceWorker : IDisposable
{
    private readonly RowScheduler _scheduler;
    private readonly IModelSource _source;
    private readonly TimeProvider _time;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly string _name;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(initialState: false); // never disposed: a late request may still set it
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, BatchRunner> _runners = [];
    private readonly Dictionary<string, BatchMetrics> _batches = [];
    private volatile bool _stopping;

    public InferenceWorker(string name, RowScheduler scheduler, IModelSource source, TimeProvider time, EngineMetrics metrics, ILogger logger)
    {
        (_name, _scheduler, _source, _time, _metrics, _logger) = (name, scheduler, source, time, metrics, logger);
        _thread = new Thread(Main) { IsBackground = true, Name = $"device {name}" };
    }

    /// <summary>Completes when every model is loaded and warm; fails if one cannot be.</summary>
    public Task Ready => _ready.Task;

    public void Start() => _thread.Start();

    /// <summary>Ends the thread after the work it is doing now, and waits for that.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        if (_thread.IsAlive)
            _thread.Join();
    }

    private void Main()
    {
        _scheduler.WorkArrived += WakeUp;
        try
        {
            if (Load() is { } profile)
                Work(profile);
        }
        finally
        {
            _scheduler.WorkArrived -= WakeUp;
            foreach (BatchRunner runner in _runners.Values)
                runner.Dispose();
        }
    }

    private void WakeUp() => _wake.Set();

    private DeviceProfile? Load()
    {
        try
        {
            foreach (ModelManifest manifest in _source.Manifests)
            {
                long begin = _time.GetTimestamp();
                var runner = new BatchRunner(_source.Open(manifest.Id));
                _runners.Add(manifest.Id, runner);
                _batches.Add(manifest.Id, new BatchMetrics(_metrics, _name, manifest.Id, runner.Model.Buckets));
                runner.WarmUp();
                LogLoaded(manifest.Id, _name, _time.GetElapsedTime(begin).TotalSeconds, string.Join(", ", runner.Model.Buckets));
            }

            _ready.SetResult();
            return new DeviceProfile(_name, _runners.ToDictionary(pair => pair.Key, pair => pair.Value.Model.Buckets));
        }
        catch (Exception exception)
        {
            _ready.SetException(exception);
            return null;
        }
    }

    private void Work(DeviceProfile profile)
    {
        var plan = new WorkPlan(profile.MaxRows);
        var errors = new double[profile.MaxRows];
        while (!_stopping)
        {
            _scheduler.Assemble(profile, _time.GetTimestamp(), plan);
            if (plan.Kind == WorkKind.None)
                _wake.WaitOne();
            else
                Turn(plan, errors);
        }
    }

    // The exception boundary: whatever a piece of work throws, the thread lives on and only the jobs in that work fail.
    private void Turn(WorkPlan plan, double[] errors)
    {
        try
        {
            if (plan.Kind == WorkKind.Encode)
                Encode(plan, plan.Job!);
            else
                Denoise(plan, errors.AsSpan(0, plan.Count));
        }
        catch (Exception exception)
        {
            LogWorkFailed(exception, plan.Kind, plan.Model, _name);
            _scheduler.Fail(plan, exception as ClassificationException
                ?? new ClassificationException(ClassificationError.ModelFailure, $"Model '{plan.Model}' failed on this request. The server's log says why.", exception));
        }
    }

    private void Encode(WorkPlan plan, ClassificationJob job)
    {
        long begin = _time.GetTimestamp();
        BatchRunner runner = _runners[plan.Model];
        Latent latent = runner.Model.EncodeImage(job.Image);
        IReadOnlyList<Conditioning> conditionings = runner.EncodePrompts(job.Settings.Prompts);
        _scheduler.CompleteEncoding(plan, latent, conditionings, _time.GetElapsedTime(begin));
    }

    private void Denoise(WorkPlan plan, Span<double> errors)
    {
        long begin = _time.GetTimestamp();
        int bucket = _runners[plan.Model].Run(plan.Rows, errors);
        long end = _time.GetTimestamp();
        TimeSpan elapsed = _time.GetElapsedTime(begin, end);
        BatchMetrics batches = _batches[plan.Model];
        batches.BatchRun(plan.Count, bucket, elapsed);
        batches.Wasted(_scheduler.CompleteBatch(plan, errors, elapsed, end));
    }

    [LoggerMessage(LogLevel.Information, "Model {Model} is ready on {Device} after {Seconds:0.00} s; batch sizes {Buckets}.")]
    private partial void LogLoaded(string model, string device, double seconds, string buckets);

    [LoggerMessage(LogLevel.Error, "{Work} with model {Model} failed on {Device}.")]
    private partial void LogWorkFailed(Exception exception, WorkKind work, string model, string device);
}
