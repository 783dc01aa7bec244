using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Service.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DiffusionClassifier.Service.Health;

/// <summary>Health for load balancers and orchestrators: open to everybody, and never through a device's queue.</summary>
internal static class HealthApi
{
    public static void MapHealthApi(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/health").WithTags("Health").Unobserved();
        group.MapGet("/live", Live).WithName("live");
        group.MapGet("/ready", Ready).WithName("ready").ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        // Some load balancers probe with HEAD.
        group.MapMethods("/live", [HttpMethods.Head], Live).ExcludeFromDescription();
        group.MapMethods("/ready", [HttpMethods.Head], Ready).ExcludeFromDescription();
    }

    /// <summary>Answers while the process runs.</summary>
    public static Ok<string> Live() => TypedResults.Ok("live");

    /// <summary>Answers 200 when requests are answered now: models loaded and warm, not shutting down.</summary>
    public static Ok<string> Ready(EngineHost host) => host.IsReady
        ? TypedResults.Ok("ready")
        : throw new ClassificationException(ClassificationError.NotReady, "Models are loading, or the server is shutting down: ask again, or ask another replica.");
}
