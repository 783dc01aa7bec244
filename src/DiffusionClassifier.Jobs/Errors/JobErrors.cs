using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs.Protocol;

namespace DiffusionClassifier.Jobs.Errors;

/// <summary>What callers are told about jobs. Stateless.</summary>
public static class JobErrors
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10); // about as long as joining the others takes at worst

    /// <summary>The Idempotency-Key belongs to another request.</summary>
    public static ClassificationException Conflict() => new(ClassificationError.IdempotencyConflict,
        "Another request was sent with this Idempotency-Key: use a separate key for each request.")
    { Field = "Idempotency-Key" };

    /// <summary>There is no such job of the caller.</summary>
    public static ClassificationException Unknown(string id) => new(ClassificationError.UnknownJob,
        $"You have no job '{Excerpt.Of(id)}': it was never accepted, or it has expired.");

    /// <summary>The caller has too many unfinished jobs.</summary>
    public static ClassificationException TooMany() => new(ClassificationError.QuotaExceeded,
        "You have as many unfinished jobs as one client may have: wait until some have ended, or cancel some.")
    { RetryAfter = RetryAfter };

    /// <summary>Nothing can be added to a job without an answer.</summary>
    public static ClassificationException NotAnswered(string id) => new(ClassificationError.InvalidRequest,
        $"The job '{Excerpt.Of(id)}' takes no more trials: its status must be succeeded, and it must be no match and have "
            + "no explanation.");

    /// <summary>Why a job refused.</summary>
    /// <param name="reply">With a refusal.</param>
    /// <param name="id">The job.</param>
    internal static ClassificationException Of(JobReply reply, string id) => reply.Refusal switch
    {
        JobRefusal.Conflict => Conflict(),
        JobRefusal.TooMany => TooMany(),
        JobRefusal.NotAnswered => NotAnswered(id),
        JobRefusal.Invalid => Invalid(reply.Reason),
        _ => Unknown(id),
    };

    /// <summary>What is wrong with a field.</summary>
    private static ClassificationException Invalid((string Field, string Detail) reason) =>
        new(ClassificationError.InvalidRequest, reason.Detail) { Field = reason.Field };

    /// <summary>There is no such batch of the caller.</summary>
    public static ClassificationException UnknownBatch(string id) => new(ClassificationError.UnknownJob,
        $"You have no batch '{Excerpt.Of(id)}': it was never accepted, or it has expired.");

    /// <summary>Jobs cannot be stored here.</summary>
    public static ClassificationException NoStore() => new(ClassificationError.NotReady,
        "This server cannot store jobs: its log says why. /classify and /match work.")
    { RetryAfter = RetryAfter };

    /// <summary>Jobs are not available at the moment.</summary>
    /// <param name="isShared">Whether several replicas share their store.</param>
    /// <param name="cause">For the log.</param>
    public static ClassificationException Away(bool isShared, Exception? cause = null) => new(ClassificationError.NotReady, isShared
        ? "Jobs are not available at the moment: their store does not answer, or has no space left (the server's log says which). "
            + "/classify and /match work. Try again later."
        : "Jobs are not ready yet: try again.", cause)
    { RetryAfter = RetryAfter };
}
