using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Benches.Http;

/// <summary>The service as a separate process on this machine, on a free port. Killed when disposed.</summary>
internal sealed class BenchedService : IAsyncDisposable
{
    private const string Assembly = "DiffusionClassifier.Service.dll";
    private const int KeptLines = 20; // of its log: enough to see why it could not start
    private const string NoLimit = "1E9"; // seconds of queue: the bench's own clients are never refused

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private BenchedService(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The service's program: next to this one, else in its build output.</summary>
    /// <exception cref="EvaluationException">There is none.</exception>
    public static string Find()
    {
        string own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string[] places =
        [
            Path.Combine(own, Assembly),
            // PROJECT/CONFIGURATION
            Path.GetFullPath(Path.Combine(own, "../..", Path.GetFileNameWithoutExtension(Assembly), Path.GetFileName(own), Assembly)),
        ];
        return places.FirstOrDefault(File.Exists)
            ?? throw new EvaluationException(
                $"There is no {Assembly}, neither beside this program nor at {places[1]}: build it, name it with --service, "
                    + "or name a running server with --url.");
    }

    /// <summary>Starts the service and waits until it is ready.</summary>
    /// <param name="assembly">Its program.</param>
    /// <param name="models">The folder of its models.</param>
    /// <param name="device">What its models run on, with the largest batch.</param>
    /// <param name="http">Gets the address.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <exception cref="EvaluationException">It did not start.</exception>
    public static async Task<BenchedService> StartAsync(
        string assembly, string models, DeviceOptions device, HttpClient http, CancellationToken cancellationToken)
    {
        http.BaseAddress = new Uri($"http://127.0.0.1:{FreePort()}");
        var service = new BenchedService(new ProcessStartInfo("dotnet",
        [
            assembly, "--urls", http.BaseAddress.ToString(), "--Models:Folder", Path.GetFullPath(models),
            .. Settings(device),
            "--Engine:InteractiveQueueSeconds", NoLimit, "--Engine:StandardQueueSeconds", NoLimit, "--Engine:BulkQueueSeconds", NoLimit,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true });
        try
        {
            while (!await IsReadyAsync(http, cancellationToken))
            {
                if (service._process.HasExited)
                    throw new EvaluationException($"{assembly} did not start: {string.Join(' ', service._lines)}");
                await Task.Delay(Poll, cancellationToken);
            }

            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    private static IEnumerable<string> Settings(DeviceOptions device)
    {
        const string Section = "--Engine:Devices:0:";
        IEnumerable<(string Name, string Value)> settings =
        [
            ("Provider", device.Provider),
            ("Id", $"{device.Id}"),
            ("Batch", $"{device.Batch}"),
            .. (device.Settings ?? new Dictionary<string, string>()).Select(pair => ($"Settings:{pair.Key}", pair.Value)),
        ];
        return settings.SelectMany(setting => (string[])[Section + setting.Name, setting.Value]);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync("/health/ready", cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException) // does not listen yet
        {
            return false;
        }
    }

    // Another process may take the port before the service does; then the service says so and ends.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        if (_lines.Count > KeptLines)
            _lines.TryDequeue(out _);
    }
}
