using System.Net;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Grains;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Jobs.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using StackExchange.Redis;

namespace DiffusionClassifier.Jobs.Hosting;

/// <summary>Builds the silo's own host, inside the process of the server. Stateless.</summary>
internal static class SiloSetup
{
    // Calls of a grain that a lost replica is in the middle of: the replicas agree on it in three missed probes. The first number is what
    // decides how fast; two seconds at most, or a machine that is gone with its connections open is waited for a minute.
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(1), LongestProbe = TimeSpan.FromSeconds(2);

    // How often members look whether they are still members, and say that they live: a restart on new addresses waits for the latter.
    private static readonly TimeSpan Membership = TimeSpan.FromSeconds(5);

    /// <summary>Whether there is a Redis: a silo that cannot reach it does not start, and leaves something behind.</summary>
    /// <exception cref="RedisConnectionException">It does not answer.</exception>
    public static async Task ReachStoreAsync(JobsOptions options)
    {
        if (options.Redis is null)
            return;
        var redis = ConfigurationOptions.Parse(options.Redis);
        redis.AbortOnConnectFail = true;
        await using ConnectionMultiplexer _ = await ConnectionMultiplexer.ConnectAsync(redis);
    }

    public static IHost Build(JobsOptions options, LocalDevices devices, SqliteFile? file, TimeProvider time, ILoggerFactory loggers)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, SupervisedLifetime>();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(devices);
        builder.Services.AddSingleton<EvictionSignal>();
        builder.Services.AddSingleton<IFatalErrorHandler>(services => services.GetRequiredService<EvictionSignal>());
        builder.UseOrleans(silo =>
        {
            silo.Services.AddSingleton<JobData>(services =>
                new JobData(services.GetRequiredKeyedService<IGrainStorage>(JobsStore.Name)));
            silo.Services.AddSingleton<DeviceServiceClient>();
            silo.Services.AddSingleton<Replicas>();
            silo.Services.AddSingleton<HandedOut>();
            silo.Services.AddSingleton<GrainSupplies>();
            silo.AddGrainService<DeviceService>();
            silo.Services.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = Probe;
                membership.MaxProbeTimeout = LongestProbe;
                membership.NumMissedProbesLimit = 3;
                membership.TableRefreshTimeout = Membership;
                membership.IAmAliveTablePublishTimeout = Membership;
            });
            silo.Services.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.Cluster, options.Cluster));
            if (file is not null)
                Alone(silo, file);
            else
                Clustered(silo, options);
        });
        return builder.Build();
    }

    private static void Alone(ISiloBuilder silo, SqliteFile file)
    {
        silo.UseLocalhostClustering(gatewayPort: 0);
        silo.Services.AddKeyedSingleton<IGrainStorage>(
            JobsStore.Name, (services, _) => new SqliteGrainStorage(file, services.GetRequiredService<Serializer>()));
        foreach (ServiceDescriptor listener in silo.Services
            .Where(service => service.ServiceType == typeof(IConnectionListenerFactory) && service.IsKeyedService).ToArray())
        {
            silo.Services.Remove(listener);
            silo.Services.AddKeyedSingleton<IConnectionListenerFactory, NoConnections>(listener.ServiceKey);
        }
    }

    private static void Clustered(ISiloBuilder silo, JobsOptions options)
    {
        var redis = ConfigurationOptions.Parse(options.Redis!);
        redis.AbortOnConnectFail = false;
        silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = redis);
        silo.Services.AddSingleton<OrleansGrainStorageSerializer>();
        silo.AddRedisGrainStorage(JobsStore.Name, storage => storage.Configure<IServiceProvider>((redisStorage, services) =>
        {
            redisStorage.ConfigurationOptions = redis;
            redisStorage.GrainStorageSerializer = services.GetRequiredService<OrleansGrainStorageSerializer>();
        }));
        if (options.Certificate is not null)
            SiloCertificate.Read(options).Secure(silo);
        if (options.SiloAddress is { } address)
            silo.ConfigureEndpoints(IPAddress.Parse(address), options.SiloPort, gatewayPort: 0, listenOnAnyHostAddress: false);
        else
            silo.ConfigureEndpoints(options.SiloPort, gatewayPort: 0);
    }
}
