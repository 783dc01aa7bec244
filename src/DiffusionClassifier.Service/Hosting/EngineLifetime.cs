using DiffusionClassifier.Core;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>
/// Starts the engine once the web server listens, so that health answers while models load, and drains it before the server stops. Says in
/// the log when requests are answered, with a command that works.
/// </summary>
internal sealed partial class EngineLifetime(
    EngineHost host,
    IServer server,
    IHostEnvironment environment,
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
            LogReady(string.Join(", ", host.Engine.Models.All.Select(model => model.Id)), host.Engine.Models.Default.Id, CurlLine());
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
    public Task StoppingAsync(CancellationToken cancellationToken) => host.DrainAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _listening.TrySetResult();
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string CurlLine()
    {
        string sample = Path.Combine(AppContext.BaseDirectory, "samples", "ship.png");
        string image = environment.IsDevelopment() && File.Exists(sample) ? sample : "photo.jpg";
        string labels = host.Engine.Models.Default.ReadsText ? " -F labels=cat -F labels=dog" : "";
        return $"curl -F image=@{image}{labels} {Address()}/classify";
    }

    // An address to listen on may be a wildcard; one to call may not.
    private string Address()
    {
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } listening)
            return "http://localhost:8080";
        BindingAddress address = BindingAddress.Parse(listening);
        return $"{address.Scheme}://{(address.Host is "+" or "*" or "[::]" or "0.0.0.0" ? "localhost" : address.Host)}:{address.Port}";
    }

    [LoggerMessage(LogLevel.Information, "Ready. Models: {Models} (default {Default}). Try:\n\n    {Curl}\n")]
    private partial void LogReady(string models, string @default, string curl);

    [LoggerMessage(LogLevel.Critical, "The service cannot start: {Reason}")]
    private partial void LogCannotStart(string reason);
}
