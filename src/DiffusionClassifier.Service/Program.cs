using System.Globalization;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Service.Api;
using DiffusionClassifier.Service.Api.Jobs;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Health;
using DiffusionClassifier.Service.Hosting;
using DiffusionClassifier.Service.OpenApi;
using DiffusionClassifier.Service.Options;
using DiffusionClassifier.Service.Page;
using DiffusionClassifier.Service.Telemetry;
using Microsoft.Extensions.Options;

// The service speaks one language, whatever the machine's: numbers in texts and sort order do not depend on it.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

if (Arguments.AskForHelp(args))
{
#pragma warning disable RS0030 // the answer to a question at a terminal, and no event
    Console.Write(Arguments.Help);
#pragma warning restore RS0030
    return 0;
}

if (EngineStart.TryBuild(args, Configure) is not { } app)
    return EngineLifetime.CannotStart;

app.Use(ListeningSockets.OnRequest);
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UsePublicAddress();
app.UseAliases();
app.UseRouting();
app.UseManagementPort();
app.UseCrossOrigin();
app.UseAccess();
app.UseApiDocument();
app.MapPage();
app.MapClassificationApi();
app.MapJobsApi();
app.MapBatchesApi();
app.MapModelsApi();
app.MapHealthApi();
app.MapMetricsApi();
return await app.RunToEndAsync();

static void Configure(WebApplicationBuilder builder)
{
    builder.AddLogs();
    builder.AddTelemetry();

    // Engines: the only place that names them.
    builder.Services.AddSection<ModelsOptions>(ModelsOptions.Section)
        .PostConfigure<IConfiguration>((models, settings) => models.TakeText(settings[ModelsOptions.Folders]))
        .Validate(models => models.MaxBytes is null or >= 0, "Models:MaxBytes must be at least 0; 0 sets no bound.");
    builder.Services.AddSection<OnnxOptions>("Onnx");
    builder.Services.AddSection<ImageOptions>("Images");
    builder.Services.AddSingleton(provider => ToLimits(provider.GetRequiredService<IOptions<ImageOptions>>().Value));
    builder.Services.AddSingleton<IImagePreprocessor>(provider =>
    {
        ImageOptions images = provider.GetRequiredService<IOptions<ImageOptions>>().Value;
        return new ImagePreprocessor(ImageDecoders.Create(ImageDecoders.Parse(images.Decoder)), images);
    });
    builder.Services.AddSingleton<IModelSource>(provider =>
    {
        OnnxRuntimeLibrary.LogTo(provider.GetRequiredService<ILoggerFactory>().CreateLogger("OnnxRuntime"));
        return new BundleFolder(
            provider.GetRequiredService<IOptions<ModelsOptions>>().Value.Resolve(builder.Environment.ContentRootPath),
            provider.GetRequiredService<IOptions<OnnxOptions>>().Value,
            provider.GetRequiredService<ILogger<BundleFolder>>());
    });

    builder.Services.AddEngine();
    builder.Services.AddJobs();
    builder.Services.AddApi();
    builder.Services.AddApiDocument();
}

static ApiLimits ToLimits(ImageOptions images) => new(images.MaxBytes, images.MaxPixels);
