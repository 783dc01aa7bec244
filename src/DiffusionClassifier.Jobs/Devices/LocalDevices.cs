using System.Collections.Concurrent;
using System.Text.Json;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>This replica's engine as jobs see it. Owns the fingerprints of its models; thread-safe.</summary>
/// <param name="engine">The engine.</param>
/// <param name="matcher">Scores images against captions on it.</param>
/// <param name="fingerprint">What tells versions of a model apart; may read all of its files.</param>
public sealed class LocalDevices(ClassificationEngine engine, ImageTextMatcher matcher, Func<string, string> fingerprint)
{
    private readonly ConcurrentDictionary<string, Task<string>> _fingerprints = [];

    internal ClassificationEngine Engine => engine;

    internal ImageTextMatcher Matcher => matcher;

    /// <summary>What <see cref="ClassificationEngine.Prepare"/> makes of a stored request.</summary>
    /// <param name="stored">The request.</param>
    /// <param name="further">As <see cref="Submission.FurtherTrials"/>.</param>
    /// <exception cref="ClassificationException">The request is not valid here.</exception>
    internal JobSettings Prepare(StoredRequest stored, IReadOnlyList<int>? further = null)
    {
        ClassificationRequest request = Read<ClassificationRequest>(stored);
        return engine.Prepare(new Submission(request)
        {
            Caller = new Caller(stored.Tenant),
            FurtherTrials = further ?? [],
            Chosen = Choice(stored, request.Model),
        });
    }

    /// <summary>The choice of the model that was made when the request was accepted.</summary>
    internal ModelChoice Choice(StoredRequest stored, string? model) =>
        new(engine.Models.Find(model), stored.ModelWarning) { InsteadOf = stored.InsteadOf };

    /// <summary>A request as it is stored: without its images, and naming its model.</summary>
    /// <typeparam name="T">The request's own type, which decides what is written.</typeparam>
    internal static StoredRequest Store<T>(T request, string tenant, ModelChoice choice) where T : ImageRequest => new()
    {
        Request = JsonSerializer.Serialize((T)(request with { Model = choice.Model.Id }), AnswerJson.Options),
        Tenant = tenant,
        ModelWarning = choice.Warning,
        InsteadOf = choice.InsteadOf,
    };

    /// <summary>The request of <see cref="Store"/>.</summary>
    internal static T Read<T>(StoredRequest stored) where T : ImageRequest =>
        JsonSerializer.Deserialize<T>(stored.Request, AnswerJson.Options)!;

    internal async Task<ReplicaReport> DescribeAsync()
    {
        string[] ids = [.. engine.Models.All.Select(model => model.Id).Where(IsWarm)];
        ReplicaModel[] models = await Task.WhenAll(ids.Select(DescribeAsync));
        return new ReplicaReport(ids.Zip(models).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    /// <summary>
    /// Sees to it that a device has run the model here: it is loaded if that was never so. One that ran before, and waits now, is loaded by
    /// the first block.
    /// </summary>
    /// <exception cref="ClassificationException">There is no such model here, or it cannot be used.</exception>
    internal async Task WarmAsync(string model, CancellationToken stop)
    {
        string id = engine.Models.Find(model).Id;
        if (IsWarm(id))
            return;
        try
        {
            await engine.Memory.LoadAsync(id, cancellationToken: stop);
        }
        catch (ClassificationException away) when (away.Error == ClassificationError.Draining)
        {
            throw new InvalidOperationException("This replica is stopping.", away); // which is not the job's fault: another continues it
        }
    }

    /// <summary>Whether a device has run the model: before that its kind and speed are not known.</summary>
    internal bool IsWarm(string model) => engine.RowsPerSecond(model) > 0;

    internal async Task<ReplicaModel> DescribeAsync(string model)
    {
        Task<string> print = _fingerprints.GetOrAdd(model, id => Task.Run(() => fingerprint(id)));
        try
        {
            return new ReplicaModel(await print, engine.DeviceKind(model), engine.RowsPerSecond(model));
        }
        catch (Exception) when (print.IsFaulted)
        {
            _fingerprints.TryRemove(model, out _); // a file may be readable the next time
            throw;
        }
    }
}
