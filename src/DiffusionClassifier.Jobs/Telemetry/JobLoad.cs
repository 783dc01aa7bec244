namespace DiffusionClassifier.Jobs.Telemetry;

/// <summary>What there is to do.</summary>
/// <param name="Waiting">Jobs that have not begun.</param>
/// <param name="Running">Jobs that run.</param>
/// <param name="Seconds">Time of all replicas together.</param>
internal sealed record JobLoad(int Waiting, int Running, double Seconds);
