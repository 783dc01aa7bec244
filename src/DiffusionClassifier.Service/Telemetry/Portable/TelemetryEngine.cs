using OpenTelemetry;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>
/// What OpenTelemetry.Extensions.Hosting does: starts the SDK before the server listens, and ends it, which sends what is left, when the last
/// answer is out.
/// </summary>
internal sealed class TelemetryEngine(IConfiguration settings, Action<IOpenTelemetryBuilder> configure) : IHostedLifecycleService, IDisposable
{
    private OpenTelemetrySdk? _sdk;

    public static void Use(WebApplicationBuilder builder, Action<IOpenTelemetryBuilder> configure) =>
        builder.Services.AddHostedService(_ => new TelemetryEngine(builder.Configuration, configure));

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _sdk = OpenTelemetrySdk.Create(sdk =>
        {
            sdk.Services.AddSingleton(settings); // the SDK's own container would see the environment only
            configure(sdk);
        });
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _sdk?.Dispose();
}
