using System.Diagnostics.Metrics;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Service.Api;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Service.Api.Streaming;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>The service's parts, one method each, in the order in which Program.cs reads.</summary>
internal static class ServiceSetup
{
    /// <summary>The engine over whatever <see cref="IModelSource"/> and <see cref="IImagePreprocessor"/> are registered.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<EngineOptions>(configuration.GetSection("Engine"));
        services.AddSingleton(provider => new EngineMetrics(provider.GetRequiredService<IMeterFactory>().Create(EngineMetrics.MeterName)));
        services.AddSingleton(provider => new EngineHost(
            provider.GetRequiredService<IModelSource>(),
            provider.GetRequiredService<IImagePreprocessor>(),
            provider.GetRequiredService<IOptions<EngineOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<EngineMetrics>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => provider.GetRequiredService<EngineHost>().Engine);
        services.AddSingleton(provider => new ImageTextMatcher(provider.GetRequiredService<ClassificationEngine>(), provider.GetRequiredService<IOptions<EngineOptions>>().Value));
        services.AddHostedService<EngineLifetime>();
        return services;
    }

    /// <summary>JSON in the contracts' one form, problem+json for every failure, and limits on what a body may be.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => configuration.GetSection(UploadOptions.Section).Get<UploadOptions>() ?? new());
        services.AddSingleton(_ => configuration.GetSection(StreamOptions.Section).Get<StreamOptions>() ?? new());
        services.AddSingleton(_ => new ApiKeys(configuration));
        services.AddSingleton<UploadBudget>();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<Failures>();
        services.AddSingleton<AnswerStream>();
        services.AddOptions<KestrelServerOptions>().Configure<ApiLimits, UploadOptions>((options, limits, uploads) =>
        {
            options.Limits.MaxRequestBodySize = limits.MaxBody(ApiLimits.LargestImages); // BodyReader has a limit for each address
            options.Limits.MinRequestBodyDataRate = new MinDataRate(uploads.MinBytesPerSecond, uploads.SlowStart);
            options.AddServerHeader = false;
        });
        services.ConfigureHttpJsonOptions(options => AnswerJson.Configure(options.SerializerOptions));
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        return services;
    }
}
