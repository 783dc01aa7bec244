namespace DiffusionClassifier.Core.Telemetry;

/// <summary>The state of the queue and the devices at one moment.</summary>
/// <param name="Classes">What each class of priority may still cost.</param>
/// <param name="Rates">How fast every device runs every one of its models in full batches.</param>
/// <param name="Devices">Whether each can be expected to continue.</param>
/// <param name="CachedPrompts">Prompts that did not have to be encoded, so far.</param>
/// <param name="Models">How many are served, and how many cannot be used.</param>
/// <param name="AnswerBytes">Bytes of the answers that are kept; null: none are.</param>
/// <param name="Memory">Bytes of weights that every device holds.</param>
internal sealed record EngineSnapshot(
    IReadOnlyList<ClassLoad> Classes,
    IReadOnlyList<(string Device, string Model, double RowsPerSecond)> Rates,
    IReadOnlyList<(string Name, bool IsAlive)> Devices,
    long CachedPrompts,
    (int Served, int Refused) Models,
    long? AnswerBytes,
    IReadOnlyList<(string Device, long Bytes)> Memory);
