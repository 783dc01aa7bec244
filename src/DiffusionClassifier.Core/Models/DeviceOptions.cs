namespace DiffusionClassifier.Core.Models;

/// <summary>One device that runs models.</summary>
public sealed record DeviceOptions
{
    /// <summary>The execution provider: <c>cpu</c>, <c>cuda</c> or <c>webgpu</c>.</summary>
    public string Provider { get; init; } = "cpu";

    /// <summary>Which of the provider's devices, from 0.</summary>
    public int Id { get; init; }

    /// <summary>Ids of the models that it runs; null or empty: all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>The largest batch; null: found by measuring when the server starts.</summary>
    public int? Batch { get; init; }

    /// <summary>Name in logs and metrics, as <c>cuda:0</c>.</summary>
    public string Name => $"{Provider}:{Id}";

    /// <summary>Whether the device is to run a model.</summary>
    public bool Runs(string modelId) => Models is not { Count: > 0 } models || models.Contains(modelId, StringComparer.OrdinalIgnoreCase);
}
