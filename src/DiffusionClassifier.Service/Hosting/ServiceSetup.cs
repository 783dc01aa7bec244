using System.Diagnostics.Metrics;
using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Service.Api;
using Microsoft.AspNetCore.Http.Features;
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
    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder, long maxImageBytes)
    {
        long maxBody = maxImageBytes / 3 * 4 + FormOverhead; // base64 in a JSON body takes four bytes for three
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = maxBody;
            options.AddServerHeader = false;
        });
        builder.Services.Configure<FormOptions>(options =>
        {
            options.MultipartBodyLengthLimit = maxBody;
            options.BufferBodyLengthLimit = maxBody;
            options.MemoryBufferThreshold = (int)Math.Min(maxBody, int.MaxValue); // no temporary files: a container's disk may be read-only
            options.ValueLengthLimit = (int)FormOverhead;
            options.ValueCountLimit = builder.Configuration.GetValue("Engine:MaxLabels", new EngineOptions().MaxLabels) + FormValuesBesideLabels;
        });
        builder.Services.ConfigureHttpJsonOptions(options => AnswerJson.Configure(options.SerializerOptions));
        builder.Services.AddSingleton<IProblemDetailsWriter, ProblemWriter>(); // before the framework's own, which is asked second
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
        return builder;
    }
}
