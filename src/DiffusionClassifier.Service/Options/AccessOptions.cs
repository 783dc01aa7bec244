namespace DiffusionClassifier.Service.Options;

/// <summary>Sections <c>ApiKeys</c> and <c>Tenants</c>: who may call, and how much at once.</summary>
internal sealed record AccessOptions
{
    /// <summary>The keys by their places in the list, <c>0</c>, <c>1</c>, …; without any, anyone may call.</summary>
    public IReadOnlyDictionary<string, ApiKeyOptions> ApiKeys { get; init; } = new Dictionary<string, ApiKeyOptions>();

    public TenantOptions Tenants { get; init; } = new();

    /// <summary>How an error names a key.</summary>
    public static string Path(string place) => $"{nameof(ApiKeys)}:{place}";
}
