using DiffusionClassifier.Core.Scheduling;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DiffusionClassifier.Service.Health;

/// <summary>Ready: models loaded and warm, not shutting down. Never asks the device, so a long batch cannot make it late.</summary>
internal sealed class EngineReadyCheck(EngineHost host) : IHealthCheck
{
    public const string Tag = "ready";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(host.IsReady ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "Models are loading, or the server is shutting down."));
}
