using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace DiffusionClassifier.Client;

/// <summary>When a request is sent again. Stateless.</summary>
internal static class Retries
{
    /// <param name="options">How often.</param>
    /// <param name="firstWait">The wait before the first, doubled each time; but the server's Retry-After where it sends one.</param>
    public static ResiliencePipeline<HttpResponseMessage> Create(ClassifierClientOptions options, TimeSpan firstWait)
    {
        if (options.Retries == 0)
            return ResiliencePipeline<HttpResponseMessage>.Empty;
        return new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = options.TimeProvider }
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = firstWait,
                UseJitter = true,
                ShouldRetryAfterHeader = true,
                ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome switch
                {
                    { Exception: HttpRequestException exception } => MayPass(exception),
                    { Result: { } response } => MayPass(response, options),
                    _ => false,
                }),
            })
            .Build();
    }

    // No such name, or a certificate that is not to be trusted: the next attempt will be no different.
    private static bool MayPass(HttpRequestException exception) => exception.HttpRequestError is not (
        HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.UserAuthenticationError);

    private static bool MayPass(HttpResponseMessage response, ClassifierClientOptions options) =>
        response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
        && (ServerProblem.RetryAfter(response, options.TimeProvider) ?? TimeSpan.Zero) <= options.Patience;
}
