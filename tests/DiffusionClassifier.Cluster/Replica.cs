using System.Globalization;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Service.Api;
using DiffusionClassifier.Service.Api.Jobs;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Health;
using DiffusionClassifier.Service.Hosting;
using DiffusionClassifier.Service.Options;
using DiffusionClassifier.Service.Telemetry;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Cluster;

/// <summary>A process of the real service whose one device takes a fixed time for a row.</summary>
internal static class Replica
{
    /// <summary>A setting of the fake device: microseconds of one row.</summary>
    public const string RowMicroseconds = "Device:RowMicroseconds";

    private const int Batch = 32;

    /// <summary>What every replica runs.</summary>
    public static FakeDiffusionModel Model => new(Manifests.Text("free"), 1, 8, Batch);

    public static async Task<int> RunAsync(string[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(settings);
        double row = double.Parse(builder.Configuration[RowMicroseconds]!, CultureInfo.InvariantCulture);
        FakeDiffusionModel model = Model;
        model.AfterPredict = batch => Thread.Sleep(TimeSpan.FromMicroseconds(batch.Bucket * row));
        builder.AddTelemetry();
        builder.Services.AddSingleton<IModelSource>(new FakeModelSource(model));
        builder.Services.AddSingleton<IImagePreprocessor>(new FakeImagePreprocessor());
        builder.Services.AddSingleton(new ApiLimits(MaxImageBytes: 1 << 20, MaxPixels: 1 << 20));
        builder.Services.AddEngine();
        builder.Services.AddJobs();
        builder.Services.AddApi();
        await using WebApplication app = builder.Build();
        app.Use(ListeningSockets.OnRequest);
        app.UseExceptionHandler();
        app.UseRouting();
        app.UseManagementPort();
        app.UseAccess();
        app.MapClassificationApi();
        app.MapJobsApi();
        app.MapBatchesApi();
        app.MapHealthApi();
        await app.RunAsync();
        return 0;
    }
}
