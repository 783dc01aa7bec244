using System.Text.Json;

namespace DiffusionClassifier.Client;

/// <summary>What the server says of an error: problem+json (RFC 9457). Immutable.</summary>
internal sealed record ServerProblem(int? Status, string? Code, string? Detail, string? Field, string? TraceId)
{
    /// <summary>The error that a response is.</summary>
    public static async Task<ClassifierException> ReadAsync(
        HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        int status = (int)response.StatusCode;
        TimeSpan? wait = RetryAfter(response, time);
        return TryParse(body) is { Code: { } code, Detail: { } detail } problem
            ? new ClassifierException(code, detail)
            {
                Status = status,
                Field = problem.Field,
                TraceId = problem.TraceId,
                RetryAfter = wait,
            }
            : new ClassifierException(
                ClassifierException.UnexpectedAnswer,
                $"{response.RequestMessage?.RequestUri} answered {status} {response.ReasonPhrase}, which is not an answer of this service.")
            { Status = status, RetryAfter = wait };
    }

    /// <summary>The error that an event of a stream is.</summary>
    public static ClassifierException Parse(string json) => TryParse(json) is { Code: { } code, Detail: { } detail } problem
        ? new ClassifierException(code, detail) { Status = problem.Status, Field = problem.Field, TraceId = problem.TraceId }
        : ServerConnection.Unexpected(null);

    /// <summary>How long the server says to wait; null: it does not.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };

    private static ServerProblem? TryParse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ServerProblem>(json, AnswerJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
