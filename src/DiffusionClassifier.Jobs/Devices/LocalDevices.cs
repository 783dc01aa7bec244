using System.Collections.Concurrent;
using System.Text.Json;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Protocol;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>This replica's engine as jobs see it. Owns the fingerprints of its models; thread-safe.</summary>
/// <param name="engine">The engine.</param>
/// <param name="fingerprint">What tells versions of a model apart; may read all of its files.</param>
public sealed class LocalDevices(ClassificationEngine engine, Func<string, string> fingerprint)
{
    private readonly ConcurrentDictionary<string, Task<string>> _fingerprints = [];

    internal ClassificationEngine Engine => engine;

    /// <summary>What <see cref="ClassificationEngine.Prepare"/> makes of a stored request.</summary>
    /// <exception cref="Core.Errors.ClassificationException">The request is not valid here.</exception>
    internal JobSettings Prepare(string request, string tenant) => engine.Prepare(
        new Submission(JsonSerializer.Deserialize<ClassificationRequest>(request, AnswerJson.Options)!) { Caller = new Caller(tenant) });

    /// <summary>A request as it is stored: without its image, and naming its model.</summary>
    internal static string Store(ClassificationRequest request, JobSettings settings) => JsonSerializer.Serialize(
        request with { Image = default, Model = settings.Model.Id }, AnswerJson.Options);

    internal async Task<ReplicaReport> DescribeAsync()
    {
        string[] ids = [.. engine.Models.All.Select(model => model.Id).Where(IsWarm)];
        ReplicaModel[] models = await Task.WhenAll(ids.Select(DescribeAsync));
        return new ReplicaReport(ids.Zip(models).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    /// <summary>Whether a device runs the model by now: before that its kind and speed are not known.</summary>
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
