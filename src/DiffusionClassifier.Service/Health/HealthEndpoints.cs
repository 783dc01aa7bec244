using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace DiffusionClassifier.Service.Health;

/// <summary>
/// <c>/health/live</c>: the process runs; <c>/health/ready</c>: requests are answered now. Without contents, open to everybody, and never
/// through a device's queue.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(EngineReadyCheck.Tag) });
    }
}
