using System.ComponentModel;
using System.Diagnostics;
using DiffusionClassifier.Cli.Errors;

namespace DiffusionClassifier.Cli.Pull;

/// <summary>optimum's exporter to ONNX, which also downloads, as a Python process. Stateless.</summary>
/// <param name="python">The interpreter.</param>
internal sealed class OptimumExporter(string python)
{
    private const string Install = "pip install \"optimum[onnxruntime]\" diffusers";

    // Prints the packages that are missing, and nothing if all are there.
    private const string Probe = "import importlib.util as u; "
        + "print(*[p for p in ('torch', 'diffusers', 'transformers', 'onnx', 'onnxruntime', 'optimum') if u.find_spec(p) is None])";

    /// <summary>Checks Python before gigabytes are downloaded.</summary>
    /// <exception cref="UserException">Python or one of its packages is missing; the message says what to install.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        int code = await RunAsync(["-c", Probe], lines.Add, cancellationToken);
        if (code != 0)
            throw new UserException($"{python} is not a working Python 3: install it from https://www.python.org, or name it by --python.");
        if (string.Join(' ', lines).Trim() is { Length: > 0 } missing)
            throw new UserException($"Python lacks {missing.Replace(" ", ", ", StringComparison.Ordinal)}: run {Install}");
    }

    /// <param name="source">A repository of the hub, or a local folder in its layout.</param>
    /// <param name="folder">Where the bundle is written.</param>
    /// <param name="half">Whether in float16.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UserException">It failed.</exception>
    public async Task ExportAsync(string source, string folder, bool half, CancellationToken cancellationToken)
    {
        string[] precision = half ? ["--dtype", "fp16", "--device", "cuda"] : []; // optimum traces float16 only on a CUDA device
        string last = "";
        int code = await RunAsync(["-m", "optimum.exporters.onnx", "--model", source, .. precision, folder], Show, cancellationToken);
        if (code != 0)
            throw new UserException($"The export of {source} failed with exit code {code}. {last}");

        void Show(string line)
        {
            Console.Error.WriteLine(line);
            last = line.Length > 0 ? line : last;
        }
    }

    private async Task<int> RunAsync(string[] arguments, Action<string> show, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        Lock gate = new();
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            throw new UserException($"There is no {python}: install Python 3 from https://www.python.org, or name it by --python.");
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;

        // Each stream is read on a thread of its own.
        void Take(string? line)
        {
            lock (gate)
            {
                if (line is not null)
                    show(line);
            }
        }
    }
}
