using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>
/// What to try first: addresses and a command that work as they are, except for a key or a token, which must not be printed.
/// </summary>
internal sealed class ReadyMessage(IServer server, AccessGate gate, IConfiguration settings)
{
    private const string ContainerVariable = "DOTNET_RUNNING_IN_CONTAINER"; // set by .NET's own images

    /// <summary>The server's address, as seen from this machine.</summary>
    public string Address { get; } = Callable(Own(server.Features.Get<IServerAddressesFeature>(), settings));

    /// <summary>A command that sends a sample to a model.</summary>
    public string Command(LoadedModel model)
    {
        string key = gate switch
        {
            { TakesKeys: true } => $" -H \"{AccessGate.Header}: KEY\"",
            { TakesTokens: true } => $" -H \"Authorization: {AccessGate.Scheme} TOKEN\"",
            _ => "",
        };
        string labels = model.ReadsText ? " -F labels=ship -F labels=cat" : "";
        return $"curl{key} -F {Quoted($"image=@{Image()}")}{labels} {Address}/classify";
    }

    // Where requests are answered.
    private static string? Own(IServerAddressesFeature? addresses, IConfiguration settings) => addresses?.Addresses.FirstOrDefault(
        address => !address.EndsWith($":{settings[ManagementOptions.PortSetting]}", StringComparison.Ordinal));

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
