using System.Diagnostics;
using System.Globalization;

namespace DiffusionClassifier.Cluster;

/// <summary>One replica, and its client.</summary>
internal sealed class ReplicaProcess : IDisposable
{
    private readonly Process _process;

    public ReplicaProcess(int redis, double rowMicroseconds)
    {
        string url = $"http://127.0.0.1:{Ports.Free()}";
        _process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!,
            [
                "replica", "--urls", url, "--Jobs:Redis", $"127.0.0.1:{redis}", "--Jobs:SiloAddress", "127.0.0.1",
                "--Jobs:SiloPort", Ports.Free().ToString(CultureInfo.InvariantCulture), "--Engine:Devices:0:Batch", "32",
                $"--{Replica.RowMicroseconds}", rowMicroseconds.ToString(CultureInfo.InvariantCulture),
                "--Logging:LogLevel:Default", Environment.GetEnvironmentVariable("CLUSTER_LOG") ?? "None", "--Engine:DrainTimeout", "00:00:05",
            ]))!;
        Client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(20) };
    }

    public HttpClient Client { get; }

    /// <summary>Until jobs can be sent to it.</summary>
    public async Task ReadyAsync()
    {
        while (true)
        {
            try
            {
                if ((await Client.GetAsync("/health/ready")).IsSuccessStatusCode && (await Client.GetAsync("/jobs")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(50);
        }
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Tells it to stop, and waits until it has.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync();
    }

    public Task SignalAsync(string signal) =>
        Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExitAsync();

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
        Client.Dispose();
    }
}
