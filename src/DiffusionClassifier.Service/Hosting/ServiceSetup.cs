using System.Diagnostics.Metrics;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Jobs;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Hosting;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.Telemetry;
using DiffusionClassifier.Service.Answers;
using DiffusionClassifier.Service.Api.Batches;
using DiffusionClassifier.Service.Api.Errors;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Service.Api.Jobs;
using DiffusionClassifier.Service.Api.Repeats;
using DiffusionClassifier.Service.Api.Streaming;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Options;
using DiffusionClassifier.Service.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>The service's parts, one method each, in the order in which Program.cs reads.</summary>
internal static class ServiceSetup
{
    // For the last answers to reach their clients; with the default drain 30 s, what Kubernetes grants.
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(10);

    /// <summary>The engine over whatever <see cref="IModelSource"/> and <see cref="IImagePreprocessor"/> are registered.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSection<EngineOptions>("Engine");
        services.AddSection<CacheOptions>(CacheOptions.Section).Validate(
            options => options.MaxBytes >= 0, "Cache:MaxBytes must be at least 0; 0 keeps no answers.");
        services.AddOptions<HostOptions>().Configure<IOptions<EngineOptions>>(
            (host, engine) => host.ShutdownTimeout = engine.Value.DrainTimeout + AfterDrain);
        services.AddSingleton(provider => new EngineMetrics(provider.GetRequiredService<IMeterFactory>().Create(EngineMetrics.MeterName)));
        services.AddSingleton<AnswerStore>();
        services.AddSingleton(provider => new EngineHost(
            provider.GetRequiredService<IModelSource>(),
            provider.GetRequiredService<IImagePreprocessor>(),
            provider.GetRequiredService<IOptions<EngineOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<EngineMetrics>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<AnswerStore>() is { IsOn: true } answers ? answers : null,
            provider.GetRequiredService<IOptions<ModelsOptions>>().Value.Residency()));
        services.AddSingleton(provider => provider.GetRequiredService<EngineHost>().Engine);
        services.AddSingleton(provider => new ImageTextMatcher(
            provider.GetRequiredService<ClassificationEngine>(), provider.GetRequiredService<IOptions<EngineOptions>>().Value));
        services.AddSingleton<ListeningSockets>();
        services.AddOptions<SocketTransportOptions>().Configure<ListeningSockets>(
            (transport, sockets) => transport.CreateBoundListenSocket = sockets.Bind);
        services.AddOptions<KestrelServerOptions>().Configure<ListeningSockets>(
            (kestrel, sockets) => kestrel.ConfigureEndpointDefaults(listen => listen.Use(sockets.Count)));
        services.AddHostedService<EngineLifetime>();
        return services;
    }

    /// <summary>Durable jobs. The silo is started after the engine's host, and stopped before it.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.AddSection<JobsOptions>(JobsOptions.Section).Check<JobsOptions, JobsCheck>();
        services.AddSingleton(provider =>
        {
            IModelSource models = provider.GetRequiredService<IModelSource>();
            return new LocalDevices(
                provider.GetRequiredService<ClassificationEngine>(), provider.GetRequiredService<ImageTextMatcher>(), models.Fingerprint);
        });
        services.AddSingleton(provider => new SiloSupervisor(
            provider.GetRequiredService<IOptions<JobsOptions>>().Value,
            provider.GetRequiredService<LocalDevices>(),
            new JobMetrics(provider.GetRequiredService<IMeterFactory>().Create(JobMetrics.MeterName)),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(provider => provider.GetRequiredService<SiloSupervisor>());
        services.AddSingleton<JobService>();
        services.AddSingleton(provider => new BatchService(
            provider.GetRequiredService<SiloSupervisor>(),
            provider.GetRequiredService<LocalDevices>(),
            provider.GetRequiredService<IOptions<JobsOptions>>().Value));
        services.AddSingleton<LargeRequests>();
        services.AddSingleton<BatchBody>();
        return services;
    }

    /// <summary>JSON in the contracts' one form, problem+json for every failure, and limits on what a body may be.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddSection<UploadOptions>(UploadOptions.Section).Check<UploadOptions, UploadCheck>();
        services.AddSection<StreamOptions>(StreamOptions.Section).Validate(
            options => options.AnswersEvery > TimeSpan.Zero && options.HeartbeatEvery > TimeSpan.Zero,
            "Streaming:AnswersEvery and Streaming:HeartbeatEvery must be above zero.");
        services.AddSection<IdempotencyOptions>(IdempotencyOptions.Section).Validate(
            options => options.KeepFor > TimeSpan.Zero && options.MaxBytes >= 0,
            "Idempotency:KeepFor must be above zero, and Idempotency:MaxBytes at least 0; 0 keeps no answers.");
        services.AddAccess();
        services.AddCrossOrigin();
        services.AddPublicAddress();
        services.AddManagementPort();
        services.AddSingleton<UploadMemory>();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<RepeatedRequests>();
        services.AddSingleton<AnswerStream>();
        services.AddSingleton<ImageBatch>();
        services.AddSingleton<BatchResponse>();
        services.AddOptions<KestrelServerOptions>().Configure<ApiLimits, IOptions<UploadOptions>>((options, limits, uploads) =>
        {
            options.Limits.MaxRequestBodySize = limits.MaxBody(ApiLimits.LargestImages); // BodyReader has a limit for each address
            options.Limits.MinRequestBodyDataRate = new MinDataRate(uploads.Value.MinBytesPerSecond, uploads.Value.SlowStart);
            options.AddServerHeader = false;
        });
        services.ConfigureHttpJsonOptions(options => AnswerJson.Configure(options.SerializerOptions));
        services.AddSingleton<ProblemWriter>();
        services.AddSingleton<IProblemDetailsWriter>(provider => provider.GetRequiredService<ProblemWriter>());
        services.AddSingleton<IExceptionHandler>(provider => provider.GetRequiredService<ProblemWriter>());
        services.AddProblemDetails();
        return services;
    }
}
