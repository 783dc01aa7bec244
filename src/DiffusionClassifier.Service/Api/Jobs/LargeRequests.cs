using DiffusionClassifier.Jobs;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Service.Api.Streaming;
using DiffusionClassifier.Service.Auth;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Api.Jobs;

/// <summary>Says which requests become jobs without being asked to. Stateless.</summary>
internal sealed class LargeRequests(JobService jobs, IOptions<JobsOptions> options)
{
    private readonly double _from = options.Value.FromSeconds;

    /// <summary>Whether a request to /classify is one of them; not what a job cannot do: several images, events, a deadline.</summary>
    /// <param name="request">The HTTP request.</param>
    /// <param name="fields">What to do.</param>
    /// <param name="form">The form of the answer.</param>
    /// <exception cref="Core.Errors.ClassificationException">What is wrong with it.</exception>
    public bool Include(HttpRequest request, ClassificationRequest fields, string form) =>
        _from > 0 && form == AcceptHeader.Json && fields is { Images.Count: 0, DeadlineMs: null }
        && jobs.SecondsOf(fields, request.Caller().Tenant) > _from;

    /// <summary>Whether a request to /match is one of them.</summary>
    /// <inheritdoc cref="Include(HttpRequest, ClassificationRequest, string)"/>
    public bool Include(HttpRequest request, MatchRequest fields) =>
        _from > 0 && jobs.SecondsOf(fields, request.Caller().Tenant) > _from;
}
