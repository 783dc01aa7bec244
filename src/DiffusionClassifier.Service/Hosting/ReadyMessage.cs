using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Service.Auth;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>What to try first: addresses and a command that work as they are, except for a key, which must not be printed.</summary>
internal sealed class ReadyMessage(IServer server, ApiKeys keys, IConfiguration settings)
{
    private const string ContainerVariable = "DOTNET_RUNNING_IN_CONTAINER"; // set by .NET's own images

    /// <summary>The server's address, as seen from this machine.</summary>
    public string Address { get; } = Callable(server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault());

    /// <summary>A command that sends a sample to a model.</summary>
    public string Command(LoadedModel model)
    {
        string key = keys.IsOn ? $" -H \"{ApiKeyGate.Header}: KEY\"" : "";
        string labels = model.ReadsText ? " -F labels=ship -F labels=cat" : "";
        return $"curl{key} -F {Quoted($"image=@{Image()}")}{labels} {Address}/classify";
    }

    // A reader of a container's log does not see its files.
    private string Image()
    {
        string sample = Path.Combine(AppContext.BaseDirectory, "samples", "ship.png");
        return File.Exists(sample) && settings[ContainerVariable] is not "true" ? sample : "photo.jpg";
    }

    private static string Quoted(string argument) => argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument;

    // An address to listen on may be a wildcard; one to call may not.
    private static string Callable(string? listening)
    {
        if (listening is null)
            return "http://localhost:8080";
        BindingAddress address = BindingAddress.Parse(listening);
        return $"{address.Scheme}://{(address.Host is "+" or "*" or "[::]" or "0.0.0.0" ? "localhost" : address.Host)}:{address.Port}";
    }
}
