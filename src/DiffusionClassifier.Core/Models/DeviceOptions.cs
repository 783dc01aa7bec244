using System.Globalization;

namespace DiffusionClassifier.Core.Models;

/// <summary>One device that runs models.</summary>
public sealed record DeviceOptions
{
    /// <summary>The CPU, which every machine has.</summary>
    public const string Cpu = "cpu";

    /// <summary>Not a provider, but the choice of one: CUDA if it works, else the CPU.</summary>
    public const string Auto = "auto";

    private const char BeforeId = ':', BeforeSetting = ',', BeforeValue = '=';

    /// <summary>
    /// The execution provider: <c>cpu</c>, <c>cuda</c>, or <c>auto</c>: CUDA if it works, else the CPU, as if no device is listed.
    /// </summary>
    public string Provider { get; init; } = Cpu;

    /// <summary>Which of the provider's devices, from 0.</summary>
    public int Id { get; init; }

    /// <summary>Names of the models that it runs; none: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>The largest batch; not set: found by measuring when the server starts.</summary>
    public int? Batch { get; init; }

    /// <summary>
    /// Options of the execution provider, over this program's own, by their names in ONNX Runtime, such as <c>gpu_mem_limit</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>Name in logs and metrics, as <c>cuda:0</c>.</summary>
    public string Name => $"{Provider}:{Id}";

    /// <summary>Whether the device should run a model.</summary>
    internal bool Runs(string modelId) => Models is not { Count: > 0 } models || models.Contains(modelId, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads <c>cuda</c>, <c>cuda:1</c> or, with settings, <c>cuda:1,prefer_nhwc=1</c>.</summary>
    /// <returns>Null if the text is none of these.</returns>
    public static DeviceOptions? TryParse(string text)
    {
        string[] parts = text.Split(BeforeSetting, StringSplitOptions.TrimEntries);
        string[] name = parts[0].Split(BeforeId);
        int id = 0;
        if (name[0] is "" || name.Length > 2
            || (name.Length == 2 && !int.TryParse(name[1], NumberStyles.None, CultureInfo.InvariantCulture, out id)))
        {
            return null;
        }

        var settings = new Dictionary<string, string>();
        foreach (string setting in parts[1..])
        {
            if (setting.Split(BeforeValue, 2) is not [{ Length: > 0 } key, var value])
                return null;
            settings[key] = value;
        }

        return new DeviceOptions { Provider = name[0], Id = id, Settings = settings.Count > 0 ? settings : null };
    }
}
