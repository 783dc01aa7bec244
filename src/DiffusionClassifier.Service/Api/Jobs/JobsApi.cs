using System.Globalization;
using DiffusionClassifier.Jobs;
using DiffusionClassifier.Service.Api.Input;
using DiffusionClassifier.Service.Api.Repeats;
using DiffusionClassifier.Service.Api.Streaming;
using DiffusionClassifier.Service.Auth;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace DiffusionClassifier.Service.Api.Jobs;

/// <summary><c>/jobs</c>: requests that are stored before they are accepted.</summary>
internal static class JobsApi
{
    private const int UsualPage = 20;

    public static void MapJobsApi(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/jobs").WithTags("Jobs").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/", SubmitAsync).WithName("submitJob")
            .Accepts<ClassificationRequest>("multipart/form-data", "application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status408RequestTimeout)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        group.MapGet("/", ListAsync).WithName("listJobs").ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/{id}", GetAsync).WithName("getJob").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id}/events", WatchAsync).WithName("watchJob").ProducesProblem(StatusCodes.Status404NotFound)
            .Produces(StatusCodes.Status200OK, responseType: null, AcceptHeader.EventStream);
        group.MapPost("/{id}/trials", AddTrialsAsync).WithName("addTrials")
            .Accepts<MoreTrials>("application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        group.MapDelete("/{id}", CancelAsync).WithName("cancelJob").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Accepts a request as a job.</summary>
    /// <remarks>
    /// The body is that of `POST /classify`, with one image, or that of `POST /match`, with `captions`. The job is stored before the
    /// answer, 202, is sent: it is then worked on to its end even if the server is restarted meanwhile. `Location` says where it is.
    ///
    /// With the header `Idempotency-Key` the same request may be sent again: it gets the same job. `POST /classify` and `POST /match` with
    /// the header `Prefer: respond-async` do the same; with `Prefer: respond-async, wait=10` they wait that many seconds for the answer
    /// first.
    /// </remarks>
    public static async Task<Accepted<JobDescription>> SubmitAsync(
        HttpRequest request, BodyReader bodies, JobService jobs, CancellationToken cancellationToken)
    {
        using RequestBody body = await bodies.ReadAsync(request, RequestBinder.Either, cancellationToken);
        bool isMatch = body.Values.Texts("captions") is not null;
        body.CheckKnown(isMatch ? RequestBinder.Match : RequestBinder.Classify);
        JobDescription job = await (isMatch
            ? AcceptAsync(request, RequestBinder.Bind<MatchRequest>(body), jobs, cancellationToken)
            : AcceptAsync(request, RequestBinder.Bind<ClassificationRequest>(body), jobs, cancellationToken));
        return TypedResults.Accepted(Address(request, job), job);
    }

    /// <summary>Adds trials to a job that has its answer.</summary>
    /// <remarks>
    /// Only the rows of the new trials run; what is known stays. With the header `Idempotency-Key` the same request may be sent again.
    /// </remarks>
    /// <param name="id" example="e788f5be5a33fb043188023a0e82c0f3">The job's id, as its `Location` says.</param>
    /// <param name="request">The request.</param>
    /// <param name="jobs">From the service.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public static async Task<Accepted<JobDescription>> AddTrialsAsync(
        string id, HttpRequest request, JobService jobs, CancellationToken cancellationToken)
    {
        MoreTrials more = await JobRequests.MoreTrialsAsync(request, cancellationToken);
        JobDescription job = await jobs.AddTrialsAsync(
            id, request.Caller().Tenant, more.Trials, IdempotencyKey.Of(request), cancellationToken);
        return TypedResults.Accepted(Address(request, job), job);
    }

    /// <summary>Lists the caller's jobs, newest first.</summary>
    /// <param name="jobs">From the service.</param>
    /// <param name="request">The request.</param>
    /// <param name="before">The `next` of the page before.</param>
    /// <param name="limit">How many jobs, 1 to 100; 20 where it is left out.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public static async Task<Ok<JobList>> ListAsync(
        JobService jobs, HttpRequest request, string? before = null, int limit = UsualPage, CancellationToken cancellationToken = default)
    {
        JobRequests.CheckLimit(limit);
        IReadOnlyList<JobDescription> page = await jobs.ListAsync(request.Caller().Tenant, before, limit, cancellationToken);
        return TypedResults.Ok(new JobList(page, page.Count == limit ? page[^1].Id : null));
    }

    /// <summary>Describes a job: how far it is, its best answer so far, and at last its answer.</summary>
    /// <param name="id" example="e788f5be5a33fb043188023a0e82c0f3">The job's id, as its `Location` says.</param>
    /// <param name="request">The request.</param>
    /// <param name="jobs">From the service.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public static async Task<Ok<JobDescription>> GetAsync(
        string id, HttpRequest request, JobService jobs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await jobs.FindAsync(id, request.Caller().Tenant, cancellationToken));

    /// <summary>Streams a job as server-sent events.</summary>
    /// <remarks>
    /// Each `progress` event holds the whole job as it is then, and so does the last one, `result`, when it has ended. A client that lost
    /// the connection connects again with `Last-Event-ID`, and goes on from there.
    /// </remarks>
    /// <param name="id" example="e788f5be5a33fb043188023a0e82c0f3">The job's id, as its `Location` says.</param>
    /// <param name="context">The request.</param>
    /// <param name="jobs">From the service.</param>
    /// <param name="json">How answers are written.</param>
    /// <param name="options">The pace.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lifetime">A server that stops ends its streams.</param>
    public static async Task<EmptyHttpResult> WatchAsync(
        string id, HttpContext context, JobService jobs, IOptions<JsonOptions> json, IOptions<StreamOptions> options, TimeProvider time,
        IHostApplicationLifetime lifetime)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var events = new EventWriter(context.Response, json.Value.SerializerOptions, context.RequestAborted);
        bool started = false;
        long seen = long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out long last)
            ? last
            : 0;
        await foreach (JobEvent? news in jobs.EventsAsync(id, context.Request.Caller().Tenant, seen, gone.Token)
            .WithHeartbeats(options.Value.HeartbeatEvery, time, gone.Token))
        {
            if (!started)
                await events.StartAsync(); // an unknown job is a 404
            started = true;
            if (news is null)
                await events.HeartbeatAsync();
            else
                await events.WriteAsync(news.Job.Ended is null ? "progress" : "result", news.Job, news.Version);
            if (news is { Job.Ended: null })
                await Task.Delay(options.Value.AnswersEvery, time, gone.Token);
        }

        return TypedResults.Empty;
    }

    /// <summary>Cancels a job, unless it has ended.</summary>
    /// <param name="id" example="e788f5be5a33fb043188023a0e82c0f3">The job's id, as its `Location` says.</param>
    /// <param name="request">The request.</param>
    /// <param name="jobs">From the service.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public static async Task<Ok<JobDescription>> CancelAsync(
        string id, HttpRequest request, JobService jobs, CancellationToken cancellationToken) =>
        TypedResults.Ok(await jobs.CancelAsync(id, request.Caller().Tenant, cancellationToken));

    /// <summary>Answers a request to /classify by a job.</summary>
    /// <param name="request">The request.</param>
    /// <param name="preference">What it prefers.</param>
    /// <param name="fields">What to do.</param>
    /// <param name="jobs">The jobs.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public static async Task<IResult> PreferAsync(
        HttpRequest request, Preference preference, ClassificationRequest fields, JobService jobs, CancellationToken cancellationToken)
    {
        JobDescription job = await AcceptAsync(request, fields, jobs, cancellationToken);
        job = await WaitAsync(request, preference, job, jobs, cancellationToken);
        return job.Status == JobStatus.Succeeded ? TypedResults.Ok(job.Answer) : TypedResults.Accepted(Address(request, job), job);
    }

    /// <summary>Answers a request to /match by a job.</summary>
    /// <inheritdoc cref="PreferAsync(HttpRequest, Preference, ClassificationRequest, JobService, CancellationToken)"/>
    public static async Task<IResult> PreferAsync(
        HttpRequest request, Preference preference, MatchRequest fields, JobService jobs, CancellationToken cancellationToken)
    {
        JobDescription job = await AcceptAsync(request, fields, jobs, cancellationToken);
        job = await WaitAsync(request, preference, job, jobs, cancellationToken);
        return job.Status == JobStatus.Succeeded ? TypedResults.Ok(job.Match) : TypedResults.Accepted(Address(request, job), job);
    }

    private static async Task<JobDescription> WaitAsync(
        HttpRequest request, Preference preference, JobDescription job, JobService jobs, CancellationToken cancellationToken)
    {
        if (preference.RespondAsync)
            request.HttpContext.Response.Headers[Preference.Applied] = "respond-async";
        return preference.Wait > TimeSpan.Zero
            ? await jobs.WaitAsync(job, request.Caller().Tenant, preference.Wait, cancellationToken)
            : job;
    }

    private static Task<JobDescription> AcceptAsync(
        HttpRequest request, ClassificationRequest fields, JobService jobs, CancellationToken cancellationToken)
    {
        JobRequests.CheckForJob(fields);
        return jobs.SubmitAsync(fields, request.Caller().Tenant, IdempotencyKey.Of(request), cancellationToken);
    }

    private static Task<JobDescription> AcceptAsync(
        HttpRequest request, MatchRequest fields, JobService jobs, CancellationToken cancellationToken) =>
        jobs.SubmitAsync(fields, request.Caller().Tenant, IdempotencyKey.Of(request), cancellationToken);

    private static string Address(HttpRequest request, JobDescription job) => $"{request.PathBase}/jobs/{job.Id}";
}
