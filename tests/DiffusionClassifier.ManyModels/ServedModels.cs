using System.Diagnostics;
using System.Globalization;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.ManyModels;

/// <summary>The service in a process of its own, and how much memory it takes.</summary>
internal sealed class ServedModels : IDisposable
{
    private readonly Process _process;

    public ServedModels(string folder, long maxBytes, int port)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Repository.Program("DiffusionClassifier.Service", "DiffusionClassifier.Service"), "--urls", $"http://127.0.0.1:{port}",
            "--Models:Folder", folder, "--Models:MaxBytes", maxBytes.ToString(CultureInfo.InvariantCulture), "--Models:LoadAtStart", "false",
            "--Engine:Devices:0:Provider", "cpu", "--Jobs:Folder", $"{folder}-jobs", "--Serilog:MinimumLevel:Default", "Error",
        ]))!;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Client { get; }

    /// <summary>
    /// Bytes that lie in memory, and those of them that are no pages of files: those can be given up at any time, these are the process's own
    /// (Linux, proc(5), status).
    /// </summary>
    public (long All, long Own) Resident
    {
        get
        {
            string[] lines = File.ReadAllLines($"/proc/{_process.Id}/status");
            return (Field("VmRSS:"), Field("RssAnon:"));

            long Field(string name) => 1024 * long.Parse(
                lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..^" kB".Length], CultureInfo.InvariantCulture);
        }
    }

    public async Task ReadyAsync()
    {
        while (true)
        {
            try
            {
                if ((await Client.GetAsync("/health/ready")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100);
        }
    }

    /// <summary>The sum of a metric's series.</summary>
    public async Task<double> MetricAsync(string name) => (await Client.GetStringAsync("/metrics")).Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
        .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Client.Dispose();
    }
}
