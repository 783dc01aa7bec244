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
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Stores a request and accepts it.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="key">The client's Idempotency-Key: a request that is sent again gets the same job. Null: each is a new job.</param>
    /// <param name="cancellationToken">Of the call; a stored job stays.</param>
    /// <exception cref="ClassificationException">
    /// What is wrong with the request; <see cref="ClassificationError.IdempotencyConflict"/>: the key belongs to another request.
    /// </exception>
    public async Task<JobDescription> SubmitAsync(
        ClassificationRequest request, string tenant, string? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        devices.Engine.CheckImage(request.Image);
        var submission = new Submission(request) { Caller = new Caller(tenant) };
        ModelChoice choice = devices.Engine.Models.Choose(submission);
        JobSettings settings = devices.Engine.Prepare(submission with { Chosen = choice });
        StoredRequest stored = LocalDevices.Store(request, tenant, choice);
        var job = new NewJob(
            stored, request.Image.ToArray(), Question(stored.Request, request.Image.Span), choice.Model.Id, settings.FixedRows);
        string id = key is null ? Guid.CreateVersion7().ToString("N") : IdOf(tenant, key);
        IGrainFactory grains = await silo.GrainsAsync(cancellationToken);
        return Taken(await Reach(grains.GetGrain<IJobGrain>(id).SubmitAsync(job)), id);
    }

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
        IGrainFactory grains = await silo.GrainsAsync(cancellationToken);
        return Taken(await Reach(grains.GetGrain<IJobGrain>(id).AddTrialsAsync(tenant, trials, key)), id);
    }

    /// <summary>A job of a tenant.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public async Task<JobDescription> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        (await NewsAsync(id, tenant, seen: 0, cancellationToken)).Job;

    /// <summary>A job whenever there is news of it, until it has ended. Goes on where the job's replica is lost.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownJob"/>.</exception>
    public async IAsyncEnumerable<JobDescription> WatchAsync(
        string id, string tenant, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        JobNews news = await NewsAsync(id, tenant, seen: 0, cancellationToken);
        yield return news.Job;
        while (!news.HasEnded)
        {
            JobNews next;
            try
            {
                next = await NewsAsync(id, tenant, news.Version, cancellationToken);
            }
            catch (ClassificationException gone) when (gone.Error == ClassificationError.UnknownJob)
            {
                throw;
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested) // the job's replica was lost: another has it soon
            {
                await Task.Delay(BetweenTries, cancellationToken);
                continue;
            }

            if (next.Version != news.Version || next.HasEnded)
                yield return next.Job;
            news = next;
        }
    }

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
    public async Task<JobDescription> CancelAsync(string id, string tenant, CancellationToken cancellationToken)
    {
        IGrainFactory grains = await silo.GrainsAsync(cancellationToken);
        return (await Reach(grains.GetGrain<IJobGrain>(id).CancelAsync(tenant)) ?? throw JobErrors.Unknown(id)).Job;
    }

    /// <summary>A tenant's jobs, newest first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Id of the last one of the page before; null: the first page.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Of the call.</param>
    public async Task<IReadOnlyList<JobDescription>> ListAsync(
        string tenant, string? before, int limit, CancellationToken cancellationToken)
    {
        IGrainFactory grains = await silo.GrainsAsync(cancellationToken);
        string[] ids = await Reach(grains.GetGrain<IJobIndexGrain>(0).ListAsync(WorkKind.Job, tenant, before, limit));
        JobNews?[] news = await Reach(Task.WhenAll(ids.Select(id => grains.GetGrain<IJobGrain>(id).NewsAsync(tenant, seen: 0))));
        return [.. news.OfType<JobNews>().Select(one => one.Job)];
    }

    private static JobDescription Taken(JobReply reply, string id) => reply.Refusal switch
    {
        JobRefusal.None => reply.News!.Job,
        JobRefusal.Conflict => throw JobErrors.Conflict(),
        JobRefusal.TooMany => throw JobErrors.TooMany(),
        JobRefusal.NotAnswered => throw JobErrors.NotAnswered(id),
        JobRefusal.Invalid => throw JobErrors.Invalid(reply.Reason),
        _ => throw JobErrors.Unknown(id),
    };

    private static string IdOf(string tenant, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}\n{key}")))[..32];

    private static string Question(string request, ReadOnlySpan<byte> image) =>
        Convert.ToHexStringLower(SHA256.HashData([.. SHA256.HashData(Encoding.UTF8.GetBytes(request)), .. SHA256.HashData(image)]));

    // Whatever a store or a lost replica throws is about this moment, and no fault of the caller.
    private static async Task<T> Reach<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (Exception exception) when (exception is not (ClassificationException or OperationCanceledException))
        {
            throw JobErrors.Away(isShared: true, exception);
        }
    }

    private async Task<JobNews> NewsAsync(string id, string tenant, long seen, CancellationToken cancellationToken)
    {
        IGrainFactory grains = await silo.GrainsAsync(cancellationToken);
        return await Reach(grains.GetGrain<IJobGrain>(id).NewsAsync(tenant, seen).WaitAsync(cancellationToken))
            ?? throw JobErrors.Unknown(id);
    }
}
