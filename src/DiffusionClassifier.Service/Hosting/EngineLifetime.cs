using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Service.Auth;
using Microsoft.AspNetCore.Hosting.Server;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>
/// Starts the engine once the web server listens, so that health answers while models load, and drains it before the server stops. Says in
/// the log when requests are answered, with a command that works.
/// </summary>
internal sealed partial class EngineLifetime(
    EngineHost host,
    IServer server,
    ListeningSockets sockets,
    AccessGate gate,
    IConfiguration settings,
    IHostApplicationLifetime lifetime,
    ILogger<EngineLifetime> logger)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>The exit code of a service that cannot start because of its settings or its models.</summary>
    public const int CannotStart = 2;

    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _listening.Task.WaitAsync(stoppingToken);
            await host.StartAsync(stoppingToken);
            ModelCatalog models = host.Engine.Models;
            var message = new ReadyMessage(server, gate, settings);
            string all = string.Join(", ", models.All.Select(model => model.Id));
            LogReady(all, models.Default.Id, message.Address, message.Command(models.Default));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            LogCannotStart(exception.Message);
            Environment.ExitCode = CannotStart;
            lifetime.StopApplication();
        }
    }

    /// <summary>Drains before any service stops: the web server, which stops first, must go on answering until then.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await host.DrainAsync(cancellationToken);
        await sockets.CloseAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _listening.TrySetResult();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        LogLevel.Information,
        "Ready. Models: {Models} (default {Default}). Open {Address} in a browser, or:\n\n    {Curl}\n")]
    private partial void LogReady(string models, string @default, string address, string curl);

    [LoggerMessage(LogLevel.Critical, "The service cannot start: {Reason}")]
    private partial void LogCannotStart(string reason);
}
