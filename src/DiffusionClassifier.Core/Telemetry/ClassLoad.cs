namespace DiffusionClassifier.Core.Telemetry;

/// <summary>What the admitted requests of one class of priority may still cost.</summary>
/// <param name="Priority">The class.</param>
/// <param name="Requests">How many there are.</param>
/// <param name="Rows">Rows that may still be run.</param>
/// <param name="Seconds">The devices' time for them.</param>
internal readonly record struct ClassLoad(PriorityClass Priority, int Requests, long Rows, double Seconds);
