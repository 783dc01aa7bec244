using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Models;
using DiffusionClassifier.Service.Api;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Health;
using DiffusionClassifier.Service.Hosting;
using DiffusionClassifier.Service.OpenApi;
using DiffusionClassifier.Service.Options;
using DiffusionClassifier.Service.Telemetry;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddLogs();
builder.AddTelemetry();

// Engines: the only place that names them.
ModelsOptions models = builder.Configuration.GetSection(ModelsOptions.Section).Get<ModelsOptions>() ?? new();
builder.Services.AddSingleton(_ => builder.Configuration.GetSection("Onnx").Get<OnnxOptions>() ?? new());
builder.Services.AddSingleton(_ => builder.Configuration.GetSection("Images").Get<ImageLimits>() ?? new());
builder.Services.AddSingleton(provider => new ApiLimits(provider.GetRequiredService<ImageLimits>().MaxBytes, provider.GetRequiredService<ImageLimits>().MaxPixels));
builder.Services.AddSingleton<IImagePreprocessor>(provider => new ImagePreprocessor(
    ImageDecoders.Create(ImageDecoders.Parse(builder.Configuration["Images:Decoder"])), provider.GetRequiredService<ImageLimits>()));
builder.Services.AddSingleton<IModelSource>(provider => new BundleFolder(
    models.Resolve(builder.Environment.ContentRootPath), provider.GetRequiredService<OnnxOptions>(), provider.GetRequiredService<ILogger<BundleFolder>>()));

builder.Services.AddEngine(builder.Configuration);
builder.Services.AddApi(builder.Configuration);
builder.Services.AddApiDocument();

if (builder.TryBuild() is not { } app)
    return EngineLifetime.CannotStart;

app.UseServerSpans();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseApiKeys();
app.UseApiDocument();
app.MapClassificationApi();
app.MapModelsApi();
app.MapHealthApi();
app.MapMetricsApi();
return await app.RunToEndAsync();
