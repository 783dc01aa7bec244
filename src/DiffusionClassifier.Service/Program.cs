using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Models;
using DiffusionClassifier.Service.Api;
using DiffusionClassifier.Service.Health;
using DiffusionClassifier.Service.Hosting;
using DiffusionClassifier.Service.OpenApi;
using DiffusionClassifier.Service.Options;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddSerilogConsole();

// Engines: the only place that names them.
ModelsOptions models = builder.Configuration.GetSection(ModelsOptions.Section).Get<ModelsOptions>() ?? new();
OnnxOptions onnx = builder.Configuration.GetSection("Onnx").Get<OnnxOptions>() ?? new();
ImageLimits imageLimits = builder.Configuration.GetSection("Images").Get<ImageLimits>() ?? new();
builder.Services.AddSingleton<IImagePreprocessor>(_ => new ImagePreprocessor(ImageEngine.CreateDecoder(), imageLimits));
builder.Services.AddSingleton<IModelSource>(provider => new BundleFolder(
    models.Resolve(builder.Environment.ContentRootPath), onnx, provider.GetRequiredService<ILogger<BundleFolder>>()));

builder.Services.AddEngine(builder.Configuration);
builder.AddApi(imageLimits.MaxBytes);
builder.Services.AddApiDocument(new ApiLimits(imageLimits.MaxBytes, imageLimits.MaxPixels));

WebApplication app = builder.Build();
if (!app.TryCreateEngine())
    return EngineLifetime.CannotStart;

app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseApiDocument();
app.MapClassificationApi();
app.MapModelsApi();
app.MapHealthApi();
return await app.RunToEndAsync();
