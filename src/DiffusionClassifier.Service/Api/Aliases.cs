namespace DiffusionClassifier.Service.Api;

/// <summary>
/// Other names for addresses, which clients of other servers try first. Runs before routing. Only these: what a proxy keeps private, such
/// as /metrics, has one name. Stateless.
/// </summary>
internal static class Aliases
{
    private static readonly PathString Version = "/v1";

    private static readonly PathString[] Versioned = ["/classify", "/match", "/jobs", "/batches", "/models"];

    public static void UseAliases(this WebApplication app) => app.Use((context, next) =>
    {
        context.Request.Path = Resolve(context.Request.Path);
        return next(context);
    });

    private static PathString Resolve(PathString path) => path.Value?.ToUpperInvariant() switch
    {
        "/HEALTH" => "/health/ready",
        "/OPENAPI.JSON" => "/swagger/v1/swagger.json",
        _ when path.StartsWithSegments(Version, out PathString rest) && IsVersioned(rest) => rest,
        _ => path,
    };

    private static bool IsVersioned(PathString path) => Array.Exists(Versioned, known => path.StartsWithSegments(known));
}
