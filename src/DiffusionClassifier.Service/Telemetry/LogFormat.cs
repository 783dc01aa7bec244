namespace DiffusionClassifier.Service.Telemetry;

/// <summary>Setting <c>LogFormat</c>: what a line of log looks like.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object a line (compact log event format), for log collectors.</summary>
    Json,
}
