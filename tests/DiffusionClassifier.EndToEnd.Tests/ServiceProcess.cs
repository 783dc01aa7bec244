using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>The service as users run it: its own process on a port that the system chose. Killed when disposed.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    /// <summary>The variable that sets the largest batch; empty where the server is to find it.</summary>
    public const string Batch = "Engine__Devices__0__Batch";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2); // a failure, not a measurement: a loaded machine may take long

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;
    private readonly string _jobs = Path.Combine(Path.GetTempPath(), $"jobs-{Guid.NewGuid():N}"); // there once there is a job
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(string program, (string Name, string Value)[] environment, string[] arguments, string? before = null)
    {
        string[] own = [program, "--urls", "http://127.0.0.1:0", .. arguments];
        // Not always through the shell: it drops variables whose names have a dot, as those of logging have.
        var start = new ProcessStartInfo(
            before is null ? "dotnet" : "sh", before is null ? own : ["-c", $"{before}; exec dotnet \"$0\" \"$@\"", .. own])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Jobs__Folder"] = _jobs,
                ["Cache__MaxBytes"] = "0", // tests send one request again and again
                [Batch] = "8", // finding the best one keeps both cores busy for a second, at every start
            },
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => OnLine(e.Data);
        _process.ErrorDataReceived += (_, e) => OnLine(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The program as it was built.</summary>
    public static string Program { get; } = Repository.Program("DiffusionClassifier.Service", "DiffusionClassifier.Service");

    /// <summary>A client of this server.</summary>
    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>What the server has written so far.</summary>
    public string Output => string.Join('\n', _lines);

    public int Id => _process.Id;

    /// <summary>Starts a server and waits until it says that it is ready.</summary>
    public static Task<ServiceProcess> StartAsync(params string[] arguments) => StartAsync([], arguments);

    /// <summary>As above, with variables of the environment.</summary>
    public static Task<ServiceProcess> StartAsync((string Name, string Value)[] environment, params string[] arguments) => StartAsync(Program, environment, arguments);

    /// <summary>As above, of a copy of the program.</summary>
    public static Task<ServiceProcess> StartAsync(string program, (string Name, string Value)[] environment, params string[] arguments) =>
        StartedAsync(new ServiceProcess(program, environment, arguments));

    /// <summary>A server to which a limit on the size of its files is an error of the disk, not a signal that ends it.</summary>
    public static Task<ServiceProcess> StartOnSmallDiskAsync(params string[] arguments) =>
        StartedAsync(new ServiceProcess(Program, [], arguments, before: "trap '' XFSZ"));

    private static async Task<ServiceProcess> StartedAsync(ServiceProcess service)
    {
        Task first = await Task.WhenAny(service._ready.Task, service._process.WaitForExitAsync(), Task.Delay(StartLimit));
        if (first != service._ready.Task)
            throw new InvalidOperationException($"The service did not start:\n{service.Output}");
        service.Client.BaseAddress = new Uri(Listening().Match(service.Output).Groups[1].Value);
        return service;
    }

    /// <summary>Runs a server that is expected to end by itself.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <summary>As above, with variables of the environment.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        await using var service = new ServiceProcess(Program, environment, arguments);
        int exitCode = await service.WaitForExitAsync();
        return (exitCode, service.Output);
    }

    /// <summary>The first line with a word, which may be on its way.</summary>
    public async Task<string> LineAsync(string word)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            if (_lines.FirstOrDefault(line => line.Contains(word, StringComparison.Ordinal)) is { } line)
                return line;
            await Task.Delay(Poll, limit.Token);
        }
    }

    /// <summary>The sum of all series of a metric that carry a label.</summary>
    public async Task<double> MetricAsync(string name, string label = "")
    {
        using var limit = new CancellationTokenSource(StartLimit);
        var metrics = Exposition.Parse(await Client.GetStringAsync("/metrics", limit.Token));
        return metrics.Samples
            .Where(sample => sample.Key.Split('{')[0] == name && sample.Key.Contains(label, StringComparison.Ordinal))
            .Sum(sample => sample.Value);
    }

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>The form of POST /classify for a sample picture.</summary>
    public static MultipartFormDataContent Form(string sample, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(File.ReadAllBytes(Repository.Sample(sample))), "image", sample } };
        foreach ((string name, string value) in fields)
            form.Add(new StringContent(value), name);
        if (!fields.Any(field => field.Name == "strategy"))
            form.Add(new StringContent("fixed"), "strategy"); // rows that can be counted, and requests that do not end before their trials
        return form;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (Directory.Exists(_jobs))
            Directory.Delete(_jobs, recursive: true);
    }

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        if (line.Contains("/classify", StringComparison.Ordinal)) // the last line of the ready message is the command to try
            _ready.TrySetResult();
    }

    // In JSON the address stands between escaped quotation marks.
    [GeneratedRegex(@"Now listening on: \W*(http[^\s\\""]+)")]
    private static partial Regex Listening();
}
