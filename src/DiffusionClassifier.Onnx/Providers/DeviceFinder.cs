using System.Text.RegularExpressions;
using DiffusionClassifier.Core.Models;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>
/// From the requested devices to the available ones: one that is named must work, and the CPU is a substitute only if the choice is left to
/// this program.
/// </summary>
/// <param name="probe">Null if a device works, else why not.</param>
/// <param name="logger">Gets one line if the CPU is chosen.</param>
internal sealed partial class DeviceFinder(Func<DeviceOptions, string?> probe, ILogger logger)
{
    /// <exception cref="ArgumentException">
    /// A device does not work here, or its provider or options are invalid; the message says what would be right.
    /// </exception>
    public IReadOnlyList<DeviceOptions> Find(IReadOnlyList<DeviceOptions> wanted)
    {
        IReadOnlyList<DeviceOptions> chosen = wanted.Count > 0 ? wanted : [new DeviceOptions { Provider = DeviceOptions.Auto }];
        return [.. chosen.Select(device =>
            device.Provider.Equals(DeviceOptions.Auto, StringComparison.OrdinalIgnoreCase) ? Choose(device) : Require(device))];
    }

    // The user counts on it: the CPU would take hours for what it does in minutes.
    private DeviceOptions Require(DeviceOptions device)
    {
        DeviceOptions named = Named(device, device.Provider);
        return Probe(named) is not { } reason
            ? named
            : throw new ArgumentException($"The device {named.Name} does not work here. Name one that does, or '{DeviceOptions.Auto}', "
                + $"which takes the CPU if nothing else works. {reason}");
    }

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

    [LoggerMessage(LogLevel.Information, "The models run on {Device}, because {Better} does not work here: {Reason}")]
    private partial void LogChosen(string device, string better, string reason);
}
