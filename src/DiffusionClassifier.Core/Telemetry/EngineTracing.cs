using System.Diagnostics;

namespace DiffusionClassifier.Core.Telemetry;

/// <summary>Where the engine's spans come from.</summary>
public static class EngineTracing
{
    /// <summary>The source to subscribe to.</summary>
    public const string SourceName = "DiffusionClassifier.Engine";

    internal static ActivitySource Source { get; } = new(SourceName);
}
