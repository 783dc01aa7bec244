using DiffusionClassifier.Onnx.Devices;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>What a graph needs of its session. Immutable.</summary>
/// <param name="Half">Whether it computes in half precision.</param>
internal sealed record SessionNeeds(bool Half = false)
{
    /// <summary>The memory that its tensors lie in, on whose queue it runs; null: the session's own.</summary>
    public IDeviceMemory? Memory { get; init; }

    /// <summary>Whether its calls are recorded once and replayed.</summary>
    public bool Capture { get; init; }

    /// <summary>Whether its convolutions see channels last.</summary>
    public bool ChannelsLast { get; init; }
}
