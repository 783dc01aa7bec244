namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Management</c>: where operators ask.</summary>
public sealed record ManagementOptions
{
    public const string Section = "Management";

    /// <summary>How the settings name <see cref="Port"/>.</summary>
    public const string PortSetting = $"{Section}:{nameof(Port)}";

    /// <summary>
    /// A port for <c>/health</c> and <c>/metrics</c> alone, on the same addresses as the other, which then does not answer them; not set:
    /// all on one port. It speaks HTTP without TLS, and asks for no key.
    /// </summary>
    public int? Port { get; init; }
}
