using System.Diagnostics;
using System.Globalization;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cluster;

/// <summary>A Redis that writes down what it was told.</summary>
internal sealed class RedisProcess : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    public RedisProcess() => Start();

    public int Port { get; } = Ports.Free();

    public void Start() => _process = Process.Start(
        new ProcessStartInfo(
            "redis-server",
            [
                "--port", Port.ToString(CultureInfo.InvariantCulture), "--appendonly", "yes", "--save", "", "--dir", _folder.Path,
                "--bind", "127.0.0.1",
            ])
        { RedirectStandardOutput = true });

    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _folder.Dispose();
    }
}
