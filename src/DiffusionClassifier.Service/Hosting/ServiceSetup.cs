using System.Diagnostics.Metrics;
using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Service.Api;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>The service's parts, one method each, in the order in which Program.cs reads.</summary>
internal static class ServiceSetup
{
    private const long FormOverhead = 8 << 20; // the other fields: 10,000 labels of 100 bytes, and the multipart framing, with room
    private const int FormValuesBesideLabels = 100; // far more than there are fields

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
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddOptions<KestrelServerOptions>().Configure<ApiLimits>((options, limits) =>
        {
            options.Limits.MaxRequestBodySize = MaxBody(limits);
            options.AddServerHeader = false;
        });
        services.AddOptions<FormOptions>().Configure<ApiLimits, IOptions<EngineOptions>>((options, limits, engine) =>
        {
            options.MultipartBodyLengthLimit = MaxBody(limits);
            options.BufferBodyLengthLimit = MaxBody(limits);
            options.MemoryBufferThreshold = (int)Math.Min(MaxBody(limits), int.MaxValue); // no temporary files: a container's disk may be read-only
            options.ValueLengthLimit = (int)FormOverhead;
            options.ValueCountLimit = engine.Value.MaxLabels + FormValuesBesideLabels;
        });
        services.ConfigureHttpJsonOptions(options => AnswerJson.Configure(options.SerializerOptions));
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemExceptionHandler>();
        return services;
    }

    // Base64 in a JSON body takes four bytes for three.
    private static long MaxBody(ApiLimits limits) => limits.MaxImageBytes / 3 * 4 + FormOverhead;
}
