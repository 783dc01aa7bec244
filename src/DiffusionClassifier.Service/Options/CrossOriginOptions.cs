namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Cors</c>: the pages of other servers that browsers let use this one.</summary>
internal sealed record CrossOriginOptions
{
    public const string Section = "Cors";

    /// <summary>How an error names <see cref="Origins"/>.</summary>
    public const string List = $"{Section}:{nameof(Origins)}";

    /// <summary>Any page at all.</summary>
    public const string Any = "*";

    /// <summary>Origins as browsers send them, or <see cref="Any"/>; none: only pages of this server.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];
}
