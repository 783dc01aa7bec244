using System.Net;
using System.Net.Sockets;

namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

/// <summary>
/// Replicas behind nginx as a container engine has them: each on an address of its own, all under one name and port. One that is created anew
/// comes back on another address.
/// </summary>
internal sealed class ReplicaSet(string prefix) : IAsyncDisposable
{
    /// <summary>Requests of which each goes to either of two by chance: all to one in a billion runs.</summary>
    public const int Many = 30;

    private readonly int _port = FreePort();
    private readonly NameServer _names = new();
    private readonly Dictionary<ServiceProcess, IPAddress> _replicas = [];
    private NginxProcess? _nginx;
    private byte _last;

    /// <summary>A client behind nginx.</summary>
    public HttpClient Client => _nginx!.Client;

    public IReadOnlyList<ServiceProcess> Replicas => [.. _replicas.Keys];

    public async Task StartAsync(int count, CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
            await AddAsync();
        _nginx = await NginxProcess.StartAsync(_names.Address, $"replicas:{_port}", prefix, cancellationToken);
    }

    /// <summary>Stops one and starts it again on another address, which the name has from the moment when the container is there.</summary>
    public async Task RecreateAsync(ServiceProcess replica, CancellationToken cancellationToken)
    {
        await Shell.RunAsync($"kill -TERM {replica.Id}", cancellationToken);
        Assert.Equal(0, await replica.WaitForExitAsync());
        _replicas.Remove(replica);
        await replica.DisposeAsync();
        await AddAsync();
    }

    /// <summary>Requests that a replica has answered.</summary>
    public static Task<double> AnsweredAsync(ServiceProcess replica) => replica.MetricAsync("dc_requests_total", "outcome=\"answered\"");

    public Task<HttpResponseMessage> ClassifyAsync(int trials, CancellationToken cancellationToken) =>
        Client.PostAsync("classify", ServiceProcess.Form("ship.png", ("trials", $"{trials}")), cancellationToken);

    /// <summary>
    /// Sends <see cref="Many"/>, one after the other: those that wait for one answer of the name server all go to the address that it names
    /// first.
    /// </summary>
    public async Task ClassifyManyAsync(CancellationToken cancellationToken)
    {
        for (int i = 0; i < Many; i++)
            Assert.Equal(HttpStatusCode.OK, (await ClassifyAsync(trials: 1, cancellationToken)).StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
            await _nginx.DisposeAsync();
        foreach (ServiceProcess replica in _replicas.Keys)
            await replica.DisposeAsync();
        await _names.DisposeAsync();
    }

    private async Task AddAsync()
    {
        var address = new IPAddress([127, 0, 0, ++_last]);
        _names.Addresses = [.. _replicas.Values, address];
        _replicas.Add(await ServiceProcess.StartAsync("--PathBase", prefix, "--urls", $"http://{address}:{_port}"), address);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
