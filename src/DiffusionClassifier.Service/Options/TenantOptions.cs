namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Tenants</c>: what holds for every name among the API keys that says nothing else.</summary>
public sealed record TenantOptions
{
    /// <summary>
    /// Requests that one name may have running at once, where its keys do not say. The default is the largest /match, whose every image
    /// counts, and a quarter of what the engine admits.
    /// </summary>
    public int MaxActiveRequests { get; init; } = 64;
}
