using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Service.Api.Repeats;

/// <summary>The header by which a client says that a request is the one it sent before. Stateless.</summary>
internal static class IdempotencyKey
{
    public const string Name = "Idempotency-Key";

    /// <summary>The most characters that a key may have.</summary>
    public const int Longest = 255;

    /// <summary>The key of a request; null: it has none.</summary>
    /// <exception cref="ClassificationException">It is empty or too long.</exception>
    public static string? Of(HttpRequest request)
    {
        string? key = request.Headers[Name];
        return key is null or { Length: > 0 and <= Longest }
            ? key
            : throw new ClassificationException(ClassificationError.InvalidRequest,
                $"The {Name} has {key.Length} characters; send 1 to {Longest}, such as a UUID.")
            { Field = Name };
    }
}
