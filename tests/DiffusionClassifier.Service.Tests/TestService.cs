using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace DiffusionClassifier.Service.Tests;

/// <summary>The service's own pipeline on a fake model and fake images.</summary>
public class TestService : WebApplicationFactory<Program>
{
    public TestService()
        : this(settings: [])
    {
    }

    internal TestService(params (string Key, string Value)[] settings) => Settings = settings;

    internal FakeDiffusionModel Model { get; init; } = new(Manifests.Classes("tiny"), 1, 2, 4, 8);

    internal FakeImagePreprocessor Images { get; } = new();

    /// <summary>Its clock.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Called before the model is opened.</summary>
    internal Action? BeforeOpen { get; set; }

    /// <summary>Registers more, over what the service has.</summary>
    internal Action<IServiceCollection>? ConfigureMore { get; init; }

    private (string Key, string Value)[] Settings { get; }

    /// <summary>A form with a picture and text fields.</summary>
    internal static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "image", "a.png" } };
        foreach ((string name, string value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal");
        builder.UseSetting("Jobs:Folder", Path.Combine(Path.GetTempPath(), $"jobs-{Guid.NewGuid():N}")); // there once there is a job
        builder.UseSetting("Cache:MaxBytes", "0"); // tests send one request again and again
        foreach ((string key, string value) in Settings)
            builder.UseSetting(key, value);
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<IModelSource>(new FakeModelSource(Models) { BeforeOpen = _ => BeforeOpen?.Invoke() });
            services.AddSingleton(Preprocessor);
            services.AddSingleton(Time);
            ConfigureMore?.Invoke(services);
        });
    }

    private protected virtual FakeDiffusionModel[] Models => [Model];

    private protected virtual IImagePreprocessor Preprocessor => Images;
}
