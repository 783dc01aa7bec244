using System.Text.RegularExpressions;
using DiffusionClassifier.Core.Models;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>
/// From the devices that are wanted to those that there are. The processor is always there, and takes the place of what is not.
/// </summary>
/// <param name="probe">Null where a device works, else why not.</param>
/// <param name="logger">Gets one line for each device that is left out.</param>
internal sealed partial class DeviceFinder(Func<DeviceOptions, string?> probe, ILogger logger)
{
    /// <exception cref="ArgumentException">A device's provider or options are none; the message says what would be right.</exception>
    public IReadOnlyList<DeviceOptions> Find(IReadOnlyList<DeviceOptions> wanted)
    {
        IReadOnlyList<DeviceOptions> chosen = wanted.Count > 0 ? wanted : [new DeviceOptions { Provider = DeviceOptions.Auto }];
        List<(DeviceOptions Device, string Reason)> leftOut = [];
        List<DeviceOptions> found = [];
        foreach (DeviceOptions device in chosen)
        {
            if (device.Provider.Equals(DeviceOptions.Auto, StringComparison.OrdinalIgnoreCase))
                found.Add(Choose(device));
            else if (Named(device, device.Provider) is var named && Probe(named) is { } reason)
                leftOut.Add((named, reason));
            else
                found.Add(named);
        }

        foreach ((DeviceOptions device, _) in leftOut)
            TakeOver(found, device);
        foreach ((DeviceOptions device, string reason) in leftOut)
            LogLeftOut(device.Name, string.Join(", ", found.Select(other => other.Name)), reason);
        return found;
    }

    // The models of a device that does not work: where a device runs all models, it has them; else the processor gets them.
    private static void TakeOver(List<DeviceOptions> found, DeviceOptions leftOut)
    {
        if (found.Exists(device => device.Models is not { Count: > 0 }))
            return;
        int cpu = found.FindIndex(device => device.Provider == DeviceOptions.Cpu);
        if (cpu < 0)
            found.Add(new DeviceOptions { Models = leftOut.Models });
        else
            found[cpu] = found[cpu] with { Models = Union(found[cpu].Models!, leftOut.Models) };
    }

    // No list means all models.
    private static IReadOnlyList<string>? Union(IReadOnlyList<string> models, IReadOnlyList<string>? others) =>
        others is { Count: > 0 } ? [.. models.Union(others, StringComparer.OrdinalIgnoreCase)] : null;

    // Nobody asked for a particular device: that there is none of the better kind is no reason to warn.
    private DeviceOptions Choose(DeviceOptions device)
    {
        DeviceOptions cuda = Named(device, CudaProvider.Word);
        if (Probe(cuda) is not { } reason)
            return cuda;
        LogChosen(DeviceOptions.Cpu, cuda.Name, reason);
        return Named(device with { Settings = null }, DeviceOptions.Cpu);
    }

    private static DeviceOptions Named(DeviceOptions device, string providerName)
    {
        ExecutionProvider provider = ExecutionProviders.Find(providerName);
        DeviceOptions named = device with { Provider = provider.Name };
        return provider.Check(named) is { } mistake ? throw new ArgumentException(mistake) : named;
    }

    private string? Probe(DeviceOptions device) =>
        device.Provider == DeviceOptions.Cpu ? null : probe(device) is { } reason ? Brief(reason) : null;

    // ONNX Runtime says where in its sources something went wrong, at length, before it says what.
    private static string Brief(string reason) => Whereabouts().Replace(reason, "").ReplaceLineEndings(" ").Trim();

    [GeneratedRegex(@"^\[ErrorCode:\w+\]\s*"
        + @"|\S*/onnxruntime/\S+:\d+\s+.*?(?:\)| was false\.)\s+(?:\[ONNXRuntimeError\][^:]*:\s*\d+\s*:\s*\w+\s*:\s*)?",
        RegexOptions.Singleline)]
    private static partial Regex Whereabouts();

    [LoggerMessage(LogLevel.Warning, "The device {Device} does not work here, and the models run on {Others} instead: {Reason}")]
    private partial void LogLeftOut(string device, string others, string reason);

    [LoggerMessage(LogLevel.Debug, "The models run on {Device}, because {Better} does not work here: {Reason}")]
    private partial void LogChosen(string device, string better, string reason);
}
