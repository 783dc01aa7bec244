namespace DiffusionClassifier.Service.Options;

/// <summary>Section <c>Cors</c>: the pages of other servers that browsers let use this one.</summary>
internal sealed record CrossOriginOptions
{
    public const string Section = "Cors";

    /// <summary>How an error names <see cref="Origins"/>.</summary>
    public const string List = $"{Section}:{nameof(Origins)}";

    /// <summary>Any page at all.</summary>
    public const string Any = "*";

    /// <summary>Origins whose pages may use this server from a browser, such as <c>https://example.org</c>, or <c>*</c> for any.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];
}
