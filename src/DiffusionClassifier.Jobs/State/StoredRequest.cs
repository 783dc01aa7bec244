namespace DiffusionClassifier.Jobs.State;

/// <summary>A job's request, written once.</summary>
[GenerateSerializer, Immutable, Alias("dc.request")]
internal sealed class StoredRequest
{
    /// <summary>The request as JSON, without its image, and naming its model.</summary>
    [Id(0)]
    public string Request { get; init; } = "";

    [Id(1)]
    public string Tenant { get; init; } = "";

    /// <summary>What a caller who did not name the model should know of the choice; else null.</summary>
    [Id(2)]
    public string? ModelWarning { get; init; }

    /// <summary>As <see cref="Core.Requests.ModelChoice.InsteadOf"/>.</summary>
    [Id(3)]
    public string? InsteadOf { get; init; }
}
