using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>A real Redis on a port of its own, with a log of what it was told; it goes with the tests of a class.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    private const string Program = "/usr/bin/redis-server";

    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    /// <summary>Its address; the test is skipped where there is no Redis.</summary>
    public string Address
    {
        get
        {
            Assert.SkipUnless(_process is not null, "No redis-server is installed.");
            return $"127.0.0.1:{Port}";
        }
    }

    private int Port { get; } = FreePort();

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
            return;
        Start();
        while (!await AnswersAsync())
            await Task.Delay(20);
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again, with what it had written down.</summary>
    public void Start() => _process = Process.Start(
        new ProcessStartInfo(
            Program, ["--port", Port.ToString(CultureInfo.InvariantCulture), "--appendonly", "yes", "--save", "", "--dir", _folder.Path, "--bind", "127.0.0.1"])
        { RedirectStandardOutput = true });

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
