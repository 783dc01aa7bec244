namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Tenants</c>: defaults for every name among the API keys.</summary>
public sealed record TenantOptions
{
    /// <summary>
    /// Requests that one name may have running at once, unless its keys say otherwise. The default allows the largest /match, in which
    /// every image counts, and is a quarter of what the engine admits.
    /// </summary>
    public int MaxActiveRequests { get; init; } = 64;
}
