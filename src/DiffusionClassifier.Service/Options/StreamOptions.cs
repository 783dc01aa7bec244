namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Streaming</c>: the pace of event streams.</summary>
public sealed record StreamOptions
{
    public const string Section = "Streaming";

    /// <summary>
    /// The shortest time between two progress events. People cannot follow faster, and an answer with 1,000 labels is 200 kB.
    /// </summary>
    public TimeSpan AnswersEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a stream may be silent: proxies and phone networks cut connections that are silent for 30 to 60 seconds.</summary>
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(15);
}
