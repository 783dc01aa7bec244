using System.Text.Json;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Service.Api.Jobs;

/// <summary>What requests for jobs and batches have in common, and must not have. Stateless.</summary>
internal static class JobRequests
{
    private const int LargestPage = 100;

    /// <summary>Refuses a page that cannot be.</summary>
    public static void CheckLimit(int limit)
    {
        if (limit is < 1 or > LargestPage)
            throw WrongLimit(limit);
    }

    /// <summary>What to say of a page that cannot be.</summary>
    public static ClassificationException WrongLimit(int limit) =>
        new(ClassificationError.InvalidRequest, $"limit is {limit}; send a whole number from 1 to {LargestPage}.") { Field = "limit" };

    /// <summary>Refuses what a request that is stored cannot have.</summary>
    public static void CheckForJob(ClassificationRequest fields)
    {
        if (fields.Images.Count > 0)
        {
            throw new ClassificationException(ClassificationError.InvalidRequest, "A job is of one image: send it as image.")
            { Field = "images" };
        }

        if (fields.DeadlineMs is not null)
        {
            throw new ClassificationException(
                ClassificationError.InvalidRequest, "A job has no deadline: leave deadlineMs out, and cancel the job when it is too late.")
            { Field = "deadlineMs" };
        }
    }

    /// <summary>Reads how many trials are added.</summary>
    /// <exception cref="ClassificationException">The body does not say so.</exception>
    public static async Task<MoreTrials> MoreTrialsAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (request.HasJsonContentType()
                && await request.ReadFromJsonAsync<MoreTrials>(AnswerJson.Options, cancellationToken) is { } more)
            {
                return Check(more);
            }
        }
        catch (JsonException)
        {
            // Whatever is wrong with it, this is what to send.
        }

        throw MissingTrials();
    }

    /// <summary>What to say where a body does not say how many trials are added.</summary>
    public static ClassificationException MissingTrials() => new(
            ClassificationError.InvalidRequest, """Send how many trials are added as application/json, as in: {"trials": 64}.""")
    { Field = "trials" };

    private static MoreTrials Check(MoreTrials more) => more.Trials is >= 1 and <= ImageRequest.MaxTrials
        ? more
        : throw new ClassificationException(ClassificationError.InvalidRequest,
            $"trials is {more.Trials}; send a whole number from 1 to {ImageRequest.MaxTrials}.")
        { Field = "trials" };
}
