using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Auth;

/// <summary>
/// Tells browsers which pages may use this server (CORS). In front of the keys: a browser sends none when it asks beforehand, and reads a
/// refusal only where that says the same.
/// </summary>
internal static class CrossOrigin
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);

    public static IServiceCollection AddCrossOrigin(this IServiceCollection services)
    {
        services.AddSection<CrossOriginOptions>(CrossOriginOptions.Section);
        services.AddSingleton<IValidateOptions<CrossOriginOptions>>(
            provider => new CrossOriginCheck(provider.GetRequiredService<IConfiguration>()[CrossOriginOptions.List]));
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<CrossOriginOptions>>(
            (cors, options) => cors.AddDefaultPolicy(policy => Configure(policy, options.Value.Origins)));
        return services;
    }

    public static void UseCrossOrigin(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<CrossOriginOptions>>().Value.Origins.Count > 0)
            app.UseCors();
    }

    // No cookies, so a page cannot send another one's secrets: any header is allowed, including the key's.
    private static void Configure(CorsPolicyBuilder policy, IReadOnlyList<string> origins)
    {
        policy.WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post).AllowAnyHeader().SetPreflightMaxAge(AskAgain)
            .WithExposedHeaders(HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate, "Server-Timing", "Idempotent-Replayed");
        if (origins.Contains(CrossOriginOptions.Any))
            policy.AllowAnyOrigin();
        else
            policy.WithOrigins([.. origins.Select(origin => new Uri(origin).GetLeftPart(UriPartial.Authority))]);
    }
}
