using System.Collections.Concurrent;
using DiffusionClassifier.Core.Blocks;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using ErrorCode = DiffusionClassifier.Contracts.ErrorCode;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>Runs blocks on this replica's engine. Keeps what the last jobs need, so that it is read from the store once.</summary>
[Reentrant]
internal sealed class DeviceService(
    GrainId id, Silo silo, ILoggerFactory loggers, LocalDevices devices, JobData data, IGrainFactory grains, TimeProvider time)
    : GrainService(id, silo, loggers), IDeviceService
{
    private const int MostJobs = 64; // twice as many as run at once by default; a latent has 64 kB with Stable Diffusion

    private const int LinesAtOnce = 8; // enough to fill a device's batches with the rows of few labels

    private readonly ConcurrentDictionary<string, Task<KnownJob>> _jobs = [];
    private readonly LatestRuns _runs = new();

    public Task<ReplicaReport> DescribeAsync() => devices.DescribeAsync();

    public Task<BlockReply> ComputeAsync(BlockCall call, CancellationToken cancellationToken)
    {
        GrainId job = grains.GetGrain<IJobGrain>(call.Job).GetGrainId();
        return _runs.ComputeAsync(job, call.Run, stop => ComputeAsync(job, call, stop), cancellationToken);
    }

    public Task<LineResult[]> AnswerAsync(PartCall call, CancellationToken cancellationToken) =>
        _runs.ComputeAsync(call.Owner, call.Run, stop => AnswerPartAsync(call, stop), cancellationToken);

    private async Task<BlockReply> ComputeAsync(GrainId job, BlockCall call, CancellationToken cancellationToken)
    {
        try
        {
            (JobSettings settings, string digest, Latent? latent) = await KnownAsync(job, call);
            if (digest != call.Settings)
                throw new InvalidOperationException("This replica's model has other defaults than the job's.");
            BlockImage image = call.OnFile || latent is null
                ? BlockImage.Of((await data.FileAsync(job) ?? throw new InvalidOperationException("The image is not stored.")).Bytes)
                : BlockImage.Of(latent);
            BlockOutcome outcome = await devices.Engine.ComputeAsync(settings, call.ToBlock(), image, cancellationToken);
            return new BlockReply(outcome.Errors, outcome.Compute, outcome.Batches)
            {
                Latent = call.OnFile ? Store(outcome) : null,
            };
        }
        catch (ClassificationException exception) when (IsFinal(exception.Error))
        {
            return new BlockReply([], TimeSpan.Zero, 0) { ErrorCode = ErrorCode.Of(exception.Error), ErrorDetail = exception.Message };
        }
    }

    private async Task<LineResult[]> AnswerPartAsync(PartCall call, CancellationToken cancellationToken)
    {
        foreach ((string model, string fingerprint) in call.Models)
        {
            if ((await devices.DescribeAsync(model)).Fingerprint != fingerprint)
                throw new InvalidOperationException($"This replica has another version of the model '{model}'.");
        }

        StoredPart part = await data.PartAsync(call.Owner, call.Part) ?? throw new InvalidOperationException("The part is not stored.");
        var runner = new LineRunner(devices, time, call.Template, call.IsLastTry);
        var results = new LineResult[part.Lines.Length];
        var few = new ParallelOptions { MaxDegreeOfParallelism = LinesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0, results.Length, few, async (line, stop) => results[line] = await runner.AnswerAsync(part.Lines[line], stop));
        return results;
    }

    // What another replica could not do either; the others are about this one, at this moment.
    private static bool IsFinal(ClassificationError error) => error is not (
        ClassificationError.Overloaded or ClassificationError.QuotaExceeded or ClassificationError.Draining
        or ClassificationError.NotReady or ClassificationError.NotAlive);

    private static StoredLatent Store(BlockOutcome outcome) => new()
    {
        Values = outcome.Latent.Values,
        Shape = [outcome.Latent.Shape.Channels, outcome.Latent.Shape.Height, outcome.Latent.Shape.Width],
        SamePrompts = outcome.SamePrompts is null ? null : [.. outcome.SamePrompts],
        Warnings = [.. outcome.Warnings],
    };

    private async Task<KnownJob> KnownAsync(GrainId job, BlockCall call)
    {
        if (_jobs.Count >= MostJobs)
            _jobs.Clear();
        // On the file the latent is not known yet: what is read then is not kept.
        Task<KnownJob> known = call.OnFile ? ReadAsync(job, call) : _jobs.GetOrAdd(call.Key, _ => ReadAsync(job, call));
        try
        {
            return await known;
        }
        catch
        {
            _jobs.TryRemove(call.Key, out _);
            throw;
        }
    }

    private async Task<KnownJob> ReadAsync(GrainId job, BlockCall call)
    {
        StoredRequest request = await data.RequestAsync(job) ?? throw new InvalidOperationException("The request is not stored.");
        StoredLatent? latent = await data.LatentAsync(job);
        JobSettings settings = devices.Prepare(request, call.Further);
        return new KnownJob(
            settings,
            settings.Digest(),
            latent is null ? null : new Latent(latent.Values, new LatentShape(latent.Shape[0], latent.Shape[1], latent.Shape[2])));
    }

    private sealed record KnownJob(JobSettings Settings, string Digest, Latent? Latent);
}
