using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Errors;
using DiffusionClassifier.Jobs.Hosting;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs;

/// <summary>
/// Durable jobs, as the server offers them: a job that was accepted is answered, whichever replica is lost meanwhile. Thread-safe; holds no
/// state.
/// </summary>
public sealed class JobService(SiloSupervisor silo, LocalDevices devices)
{
    private readonly WorkClient<IJobGrain, JobDescription> _jobs = new(silo, EntryKind.Job, JobErrors.Unknown);

    /// <summary>Stores a request and accepts it.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="key">The client's Idempotency-Key: a request that is sent again gets the same job. Null: each is a new job.</param>
    /// <param name="cancellationToken">Of the call; a stored job stays.</param>
    /// <exception cref="ClassificationException">
    /// What is wrong with the request; <see cref="ClassificationError.IdempotencyConflict"/>: the key belongs to another request.
    /// </exception>
    public Task<JobDescription> SubmitAsync(
        ClassificationRequest request, string tenant, string? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        (StoredLine line, string model, long rows) = Lines.Of(devices, request, tenant, customId: "");
        return SubmitAsync(line, model, rows, tenant, key, cancellationToken);
    }

    /// <inheritdoc cref="SubmitAsync(ClassificationRequest, string, string?, CancellationToken)"/>
    public Task<JobDescription> SubmitAsync(MatchRequest request, string tenant, string? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        (StoredLine line, string model, long rows) = Lines.Of(devices, request, tenant, customId: "");
        return SubmitAsync(line, model, rows, tenant, key, cancellationToken);
    }

    /// <summary>
    /// Seconds that this server's devices need for a request if nothing else runs and no label is eliminated; 0 as long as they have not
    /// run its model.
    /// </summary>
    /// <param name="request">What to do.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <exception cref="ClassificationException">What is wrong with the request.</exception>
    public double SecondsOf(ClassificationRequest request, string tenant) => SecondsOf(Lines.Prepare(devices, request, tenant));

    /// <inheritdoc cref="SecondsOf(ClassificationRequest, string)"/>
    public double SecondsOf(MatchRequest request, string tenant) =>
        SecondsOf(devices.Matcher.Prepare(request, new Caller(tenant)));

    /// <summary>Adds trials to a job that has its answer: only their rows run.</summary>
    /// <param name="id">The job.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="trials">How many more.</param>
    /// <param name="key">The client's Idempotency-Key; null: trials are added each time.</param>
    /// <param name="cancellationToken">Of the call.</param>
    /// <exception cref="ClassificationException">There is no such job, it has no answer yet, or takes no more trials.</exception>
    public async Task<JobDescription> AddTrialsAsync(
        string id, string tenant, int trials, string? key, CancellationToken cancellationToken)
    {
        IJobGrain job = await _jobs.GrainAsync(id, cancellationToken);
        return Taken(await Remote.Reach(job.AddTrialsAsync(tenant, trials, key)), id);
    }

    /// <summary>A job of a tenant.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public Task<JobDescription> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        _jobs.FindAsync(id, tenant, cancellationToken);

    /// <summary>A job whenever there is news of it, until it has ended. Goes on where the job's replica is lost.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public IAsyncEnumerable<JobDescription> WatchAsync(string id, string tenant, CancellationToken cancellationToken) =>
        EventsAsync(id, tenant, seen: 0, cancellationToken).Select(news => news.Job);

    /// <summary>The same with the number of each piece of news.</summary>
    /// <param name="id">The job.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="seen">The news that the caller has had already; 0: none.</param>
    /// <param name="cancellationToken">Of the call.</param>
    public IAsyncEnumerable<JobEvent> EventsAsync(string id, string tenant, long seen, CancellationToken cancellationToken) =>
        _jobs.WatchAsync(id, tenant, seen, cancellationToken).Select(news => new JobEvent(news.Version, news.Item));

    /// <summary>A job when it has ended, or as it is after some time.</summary>
    /// <param name="job">The job.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="longest">How long to wait.</param>
    /// <param name="cancellationToken">Of the call.</param>
    public async Task<JobDescription> WaitAsync(
        JobDescription job, string tenant, TimeSpan longest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        wait.CancelAfter(longest);
        try
        {
            await foreach (JobDescription news in WatchAsync(job.Id, tenant, wait.Token))
                job = news;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It is accepted, whatever happens to the wait.
        }

        return job;
    }

    /// <summary>Cancels a job, unless it has ended.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public Task<JobDescription> CancelAsync(string id, string tenant, CancellationToken cancellationToken) =>
        _jobs.CancelAsync(id, tenant, cancellationToken);

    /// <summary>A tenant's jobs, newest first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Id of the last one of the page before; null: the first page.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Of the call.</param>
    public Task<IReadOnlyList<JobDescription>> ListAsync(
        string tenant, string? before, int limit, CancellationToken cancellationToken) =>
        _jobs.ListAsync(tenant, before, limit, cancellationToken);

    private async Task<JobDescription> SubmitAsync(
        StoredLine line, string model, long rows, string tenant, string? key, CancellationToken cancellationToken)
    {
        var job = new NewJob(line, Lines.Question([line]), model, rows);
        string id = key is null ? Guid.CreateVersion7().ToString("N") : IdOf(tenant, key);
        IJobGrain grain = await _jobs.GrainAsync(id, cancellationToken);
        return Taken(await Remote.Reach(grain.SubmitAsync(job)), id);
    }

    private double SecondsOf((ModelChoice Choice, long Rows) work) =>
        devices.Engine.RowsPerSecond(work.Choice.Model.Id) is > 0 and var speed ? work.Rows / speed : 0;

    private static JobDescription Taken(JobReply reply, string id) => reply.Refusal == JobRefusal.None
        ? reply.News!.As<JobDescription>()
        : throw JobErrors.Of(reply, id);

    private static string IdOf(string tenant, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}\n{key}")))[..32];
}
