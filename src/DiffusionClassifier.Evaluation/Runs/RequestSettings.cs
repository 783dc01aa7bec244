using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>
/// The part of a request that is the same for every image, as a run's settings keep it: all fields of its record but a few.
/// </summary>
internal static class RequestSettings
{
    /// <summary>
    /// What is not kept: the image; what <see cref="RunSettings"/> has in a form of its own (labels, model, posterior); and what changes
    /// answers only by rounding, or only what is said besides them, so that a run may continue without it.
    /// </summary>
    public static IReadOnlyList<string> NotKept { get; } =
    [
        nameof(ClassificationRequest.Image),
        nameof(ClassificationRequest.Images),
        nameof(ClassificationRequest.Labels),
        nameof(ClassificationRequest.Model),
        nameof(ClassificationRequest.Posterior),
        nameof(ClassificationRequest.Temperature),
        nameof(ClassificationRequest.Deterministic),
        nameof(ClassificationRequest.Priority),
        nameof(ClassificationRequest.Explain),
    ];

    /// <param name="request">What the caller sent.</param>
    /// <param name="job">
    /// The same with the model's defaults, which another version of the model may change; null if they are unknown.
    /// </param>
    public static JsonObject From(ClassificationRequest request, JobSettings? job = null)
    {
        JsonObject settings = SettingsDifference.Of(request with
        {
            Image = default,
            Strategy = job?.Strategy ?? request.Strategy,
            Trials = job?.Plan.Count ?? request.Trials,
            Loss = job?.Loss ?? request.Loss,
            Weighting = job?.Weighting ?? request.Weighting,
        });
        foreach (string name in NotKept)
            settings.Remove(JsonNamingPolicy.CamelCase.ConvertName(name));
        return settings;
    }
}
