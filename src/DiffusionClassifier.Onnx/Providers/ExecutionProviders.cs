using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>The providers by name.</summary>
internal static class ExecutionProviders
{
    private static readonly ExecutionProvider[] All = [new CpuProvider(), new CudaProvider()];

    /// <exception cref="ArgumentException">There is no such provider; the message names the available ones.</exception>
    public static ExecutionProvider Find(string name) =>
        All.FirstOrDefault(provider => provider.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw Unknown(name);

    private static ArgumentException Unknown(string name)
    {
        string[] names = [DeviceOptions.Auto, .. All.Select(provider => provider.Name)];
        string hint = NearestName.Find(name, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        return new ArgumentException($"There is no provider '{name}' for a device.{hint} The providers are: {string.Join(", ", names)}.");
    }
}
