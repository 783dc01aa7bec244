namespace DiffusionClassifier.Onnx.Providers;

/// <summary>What a graph needs of its session. Immutable.</summary>
/// <param name="Half">Whether it computes in half precision.</param>
internal sealed record SessionNeeds(bool Half = false)
{
    /// <summary>Whether its calls are recorded once and replayed.</summary>
    public bool Capture { get; init; }

    /// <summary>Whether its convolutions see channels last.</summary>
    public bool ChannelsLast { get; init; }
}
