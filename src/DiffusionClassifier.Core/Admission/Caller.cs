namespace DiffusionClassifier.Core.Admission;

/// <summary>Who sent a request: its tenant shares the devices equally with the other tenants of its class.</summary>
/// <param name="Tenant">Name, from the server's configuration.</param>
/// <param name="MaxActiveRequests">Requests that the tenant may have admitted at once; null: as many as the server takes.</param>
public sealed record Caller(string Tenant, int? MaxActiveRequests = null)
{
    /// <summary>Whether the caller may load and unload models.</summary>
    public bool ManagesModels { get; init; }

    /// <summary>Every caller, if no keys are configured.</summary>
    public static Caller Anonymous { get; } = new("anonymous");
}
