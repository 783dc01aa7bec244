using System.Text.Json;
using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Jobs.Grains;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>This replica's engine as jobs see it. Stateless.</summary>
/// <param name="engine">The engine.</param>
/// <param name="fingerprint">What tells versions of a model apart.</param>
public sealed class LocalDevices(ClassificationEngine engine, Func<string, string> fingerprint)
{
    internal ClassificationEngine Engine => engine;

    /// <summary>What <see cref="ClassificationEngine.Prepare"/> makes of a stored request.</summary>
    /// <exception cref="Core.Errors.ClassificationException">The request is not valid here.</exception>
    internal JobSettings Prepare(string request, string tenant) => engine.Prepare(
        new Submission(JsonSerializer.Deserialize<ClassificationRequest>(request, AnswerJson.Options)!) { Caller = new Caller(tenant) });

    /// <summary>A request as it is stored: without its image, and naming its model.</summary>
    internal static string Store(ClassificationRequest request, JobSettings settings) => JsonSerializer.Serialize(
        request with { Image = default, Model = settings.Model.Id }, AnswerJson.Options);

    internal ReplicaReport Describe() => new(engine.Models.All.ToDictionary(model => model.Id, model => Describe(model.Id)));

    internal ReplicaModel Describe(string model) => new(fingerprint(model), engine.DeviceKind(model), engine.RowsPerSecond(model));
}
