namespace DiffusionClassifier.Jobs.State;

/// <summary>A job's request, written once.</summary>
[GenerateSerializer, Immutable, Alias("dc.request")]
internal sealed class StoredRequest
{
    /// <summary>The request as JSON, without its image.</summary>
    [Id(0)]
    public string Request { get; init; } = "";

    [Id(1)]
    public string Tenant { get; init; } = "";
}
