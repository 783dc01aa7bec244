namespace DiffusionClassifier.Contracts;

/// <summary>
/// A closed list of everything that can go wrong with a request. The host maps each member to an HTTP status in one place; the command line
/// turns every one into exit code 2.
/// </summary>
public enum ClassificationError
{
    /// <summary>A value of the request is missing, malformed or out of range.</summary>
    InvalidRequest,

    /// <summary>The request names a field that does not exist.</summary>
    UnknownField,

    /// <summary>The server requires an API key or a token, and the request has none or a wrong one.</summary>
    Unauthorized,

    /// <summary>The body is not of a content type that the server reads.</summary>
    UnsupportedContentType,

    /// <summary>The body came too slowly.</summary>
    RequestTimeout,

    /// <summary>The body is larger than any request may be.</summary>
    BodyTooLarge,

    /// <summary>The request has no image, or an empty one.</summary>
    MissingImage,

    /// <summary>The bytes are not JPEG, PNG or WebP.</summary>
    UnsupportedImageFormat,

    /// <summary>The bytes begin as a supported image but cannot be decoded.</summary>
    InvalidImage,

    /// <summary>The image has more bytes or pixels than the limits allow.</summary>
    ImageTooLarge,

    /// <summary>No model of that id is loaded.</summary>
    UnknownModel,

    /// <summary>A class-conditional model was asked for a label it was not trained on.</summary>
    UnknownLabel,

    /// <summary>The request would cost more rows than one request may.</summary>
    TooManyRows,

    /// <summary>The queue is full: the same request can succeed later.</summary>
    Overloaded,

    /// <summary>The caller has as many requests running as it may: the same request can succeed later.</summary>
    QuotaExceeded,

    /// <summary>The deadline passed before one trial was complete.</summary>
    DeadlineExceeded,

    /// <summary>Models are still loading: the same request can succeed later.</summary>
    NotReady,

    /// <summary>A device hangs or was given up: only a restart helps.</summary>
    NotAlive,

    /// <summary>The server is shutting down: another replica can answer.</summary>
    Draining,

    /// <summary>The model failed or produced numbers that are not finite.</summary>
    ModelFailure,

    /// <summary>There is no such job of the caller.</summary>
    UnknownJob,

    /// <summary>The Idempotency-Key belongs to another request.</summary>
    IdempotencyConflict,

    /// <summary>The caller is known, and its key or token does not allow this.</summary>
    Forbidden,
}
