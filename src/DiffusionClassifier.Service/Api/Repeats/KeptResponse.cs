namespace DiffusionClassifier.Service.Api.Repeats;

/// <summary>The response to a request with an Idempotency-Key. Immutable.</summary>
/// <param name="Digest">Tells the request apart from others.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Body">What was sent.</param>
internal sealed record KeptResponse(string Digest, string? ContentType, ReadOnlyMemory<byte> Body)
{
    private const int Fixed = 500; // bytes, about, of the objects around the body

    /// <summary>Bytes of memory that it takes, about.</summary>
    public long Bytes => Fixed + Body.Length;
}
