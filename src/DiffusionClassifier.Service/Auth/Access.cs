using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DiffusionClassifier.Service.Auth;

/// <summary>Who may call: API keys and tokens. Without either, anyone.</summary>
internal static class Access
{
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        // What is not a list, or not a key, would bind to nothing, and a server that should require keys would not.
        const string Form = "\"ApiKeys\": [{ \"name\": \"…\", \"sha256\": \"…\" }]";
        services.AddSection<AccessOptions>(section: "").Check<AccessOptions, AccessCheck>()
            .Validate<IConfiguration>(
                (_, settings) => string.IsNullOrEmpty(Keys(settings).Value), $"ApiKeys must be a list, as in: {Form}.")
            .Validate<IConfiguration>(
                (_, settings) => Keys(settings).GetChildren().All(key => key.GetChildren().Any()),
                $"One of the ApiKeys is plain text without a name: say whose key it is, as in: {Form}.");
        services.AddSection<AccessTokenOptions>(AccessTokenOptions.Section).Check<AccessTokenOptions, AccessTokenCheck>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<AccessGate>();
        return services;

        static IConfigurationSection Keys(IConfiguration settings) => settings.GetSection(nameof(AccessOptions.ApiKeys));
    }

    /// <summary>
    /// Lets only requests of someone who is known through to endpoints that do not allow anonymous calls. Runs before any handler, so that
    /// a stranger's body is never read and an endpoint that is added later is closed until it is opened.
    /// </summary>
    public static void UseAccess(this WebApplication app)
    {
        AccessGate gate = app.Services.GetRequiredService<AccessGate>();
        if (!gate.IsOn)
            return;
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
                context.Features.Set(await gate.AuthenticateAsync(context));
            await next(context);
        });
    }

    /// <summary>On whose behalf a request is.</summary>
    public static Caller Caller(this HttpRequest request) => request.HttpContext.Features.Get<Caller>() ?? Core.Admission.Caller.Anonymous;
}
