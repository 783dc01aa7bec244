using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DiffusionClassifier.Service.Health;

/// <summary>Health for load balancers and orchestrators: open to all, and never through a device's queue.</summary>
internal static class HealthApi
{
    public static void MapHealthApi(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/health").WithTags("Health").Unobserved().OnManagementPort(routes).AllowAnonymous();
        group.MapGet("/live", Live).WithName("live").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapGet("/ready", Ready).WithName("ready").ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        // Some load balancers probe with HEAD.
        group.MapMethods("/live", [HttpMethods.Head], Live).ExcludeFromDescription();
        group.MapMethods("/ready", [HttpMethods.Head], Ready).ExcludeFromDescription();
    }

    /// <summary>Answers 200 while every device works or waits, and 503 when only a restart helps.</summary>
    public static Ok<string> Live(EngineHost host) => host.IsAlive ? TypedResults.Ok("live") : throw NotAlive(host.BrokenDevices);

    /// <summary>Answers 200 when requests are answered now: models loaded and warm, a device that works, not shutting down.</summary>
    public static Ok<string> Ready(EngineHost host) => host.IsReady ? TypedResults.Ok("ready") : throw NotReady();

    public static ClassificationException NotAlive(IEnumerable<string> devices) =>
        new(ClassificationError.NotAlive,
            $"These devices hang or were given up: {string.Join(", ", devices)}. Restart the server; its log has the details.");

    public static ClassificationException NotReady() =>
        new(ClassificationError.NotReady,
            "Models are loading, no device works, or the server is shutting down: try again, or ask another replica.");
}
