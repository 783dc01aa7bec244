namespace DiffusionClassifier.Client;

/// <summary>A request failed. <see cref="Exception.Message"/> says what is wrong and what to do.</summary>
public sealed class ClassifierException : Exception
{
    /// <summary>The <see cref="Code"/> where the server did not answer.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The <see cref="Code"/> where the answer did not come within the HttpClient's timeout.</summary>
    public const string Timeout = "timeout";

    /// <summary>The <see cref="Code"/> where the answer is not this service's: of a proxy, for example.</summary>
    public const string UnexpectedAnswer = "unexpected_answer";

    /// <summary>The <see cref="Code"/> where an image of a batch cannot be read here.</summary>
    public const string UnreadableImage = "unreadable_image";

    /// <param name="code">The kind of error as one stable word.</param>
    /// <param name="detail">What is wrong, and what to do.</param>
    /// <param name="innerException">The cause; null: the server said so.</param>
    public ClassifierException(string code, string detail, Exception? innerException = null)
        : base(detail, innerException) => Code = code;

    /// <summary>The kind of error as one stable word: the service's, such as <c>unknown_label</c>, or one of the constants here.</summary>
    public string Code { get; }

    /// <summary>What is wrong, and what to do.</summary>
    public string Detail => Message;

    /// <summary>The HTTP status; null if there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>The field of the request that is at fault, if one is.</summary>
    public string? Field { get; init; }

    /// <summary>When the same request may succeed, if the server said so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Names the request in the server's log.</summary>
    public string? TraceId { get; init; }
}
