using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Errors;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.Storage;
using DiffusionClassifier.Jobs.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Jobs.Hosting;

/// <summary>
/// Owns the silo: starts it in the background, at the first job or where there may be unfinished ones, and builds it anew whenever it ends.
/// The server answers HTTP whatever becomes of it.
/// </summary>
public sealed partial class SiloSupervisor(
    JobsOptions options, LocalDevices devices, JobMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1), BetweenStarts = TimeSpan.FromSeconds(1);

    // The list's replica may be lost, and the jobs wait for the next tick, which finds the list elsewhere.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestJoin = TimeSpan.FromSeconds(10); // that a request waits for; then it may be sent again

    private readonly ILogger _logger = loggers.CreateLogger<SiloSupervisor>();
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource<IGrainFactory> _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteFile? _file;
    private Task? _life;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The folder of the jobs belongs to another process, or cannot be written.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Redis is not null || SqliteFile.Exists(options.Folder))
            Live();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        if (_life is { } life)
            await life.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the file must outlive the silo that writes to it
        _file?.Dispose();
        _file = null;
    }

    public ValueTask DisposeAsync() => new(StopAsync(CancellationToken.None));

    /// <summary>The grains of the cluster; begins to live where it does not yet.</summary>
    /// <exception cref="ClassificationException">The replica has not joined the others for some time.</exception>
    internal async Task<IGrainFactory> GrainsAsync(CancellationToken cancellationToken)
    {
        try
        {
            Live();
            return await _joined.Task.WaitAsync(LongestJoin, time, cancellationToken);
        }
        catch (InvalidOperationException exception) // of the file: a server whose jobs were used before does not even start with one
        {
            LogNoStore(exception.Message);
            throw JobErrors.NoStore();
        }
        catch (TimeoutException)
        {
            throw JobErrors.Away(isShared: options.Redis is not null);
        }
    }

    private void Live()
    {
        lock (_gate)
        {
            if (_life is not null || _stop.IsCancellationRequested)
                return;
            _file = options.Redis is null ? new SqliteFile(options.Folder) : null;
            _life = Task.Run(LiveAsync, CancellationToken.None);
        }
    }

    private async Task LiveAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await LiveOnceAsync();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
            }
            catch (Exception exception)
            {
                LogEnded(exception);
                await Task.Delay(BetweenStarts, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // One silo, from its start to its end.
    private async Task LiveOnceAsync()
    {
        await SiloSetup.ReachStoreAsync(options);
#pragma warning disable CA2000 // see below
        IHost host = SiloSetup.Build(options, devices, _file, time, loggers);
#pragma warning restore CA2000
        bool isStarted = false;
        try
        {
            await host.StartAsync(_stop.Token);
            isStarted = true;
            IGrainFactory grains = host.Services.GetRequiredService<IGrainFactory>();
            _joined.TrySetResult(grains);
            LogJoined();
            Task evicted = host.Services.GetRequiredService<EvictionSignal>().Evicted;
            while (!evicted.IsCompleted)
            {
                _stop.Token.ThrowIfCancellationRequested();
                Task<bool> tick = TryTickAsync(grains);
                TimeSpan pause = await Task.WhenAny(evicted, tick) == tick && !await tick ? AfterFailure : Tick;
                await Task.WhenAny(evicted, Task.Delay(pause, time, _stop.Token));
            }

            throw new InvalidOperationException("The other replicas gave this one up.");
        }
        finally
        {
            if (_joined.Task.IsCompleted)
                _joined = new TaskCompletionSource<IGrainFactory>(TaskCreationOptions.RunContinuationsAsynchronously);
            metrics.Report(null);
            await host.StopAsync(CancellationToken.None);
            // The directory of a silo that never joined goes on until the process ends (Orleans 10.4.2): disposed of, it has nothing to
            // wait for any more, and keeps a core busy. What it holds is small.
            if (isStarted)
                host.Dispose();
        }
    }

    private async Task<bool> TryTickAsync(IGrainFactory grains)
    {
        try
        {
            IndexReport report = await grains.GetGrain<IJobIndexGrain>(0).TickAsync().WaitAsync(_stop.Token);
            metrics.Report(new JobLoad(report.Waiting, report.Running, report.Seconds));
            return true;
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            LogNoTick(exception);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "{Reason}")]
    private partial void LogNoStore(string reason);

    [LoggerMessage(LogLevel.Information, "Jobs can be taken.")]
    private partial void LogJoined();

    [LoggerMessage(LogLevel.Warning, "This replica lost the others, or the store of the jobs; it joins again.")]
    private partial void LogEnded(Exception exception);

    [LoggerMessage(LogLevel.Debug, "The list of jobs does not answer; the next tick tries again.")]
    private partial void LogNoTick(Exception exception);
}
