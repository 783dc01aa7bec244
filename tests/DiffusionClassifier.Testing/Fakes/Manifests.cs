using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

/// <summary>Manifests of models that are small enough to compute by hand.</summary>
public static class Manifests
{
    private static readonly PredictionType[] Predictions = [PredictionType.Epsilon, PredictionType.VPrediction, PredictionType.Sample];

    // Made once: properties ask for thousands of manifests.
    private static readonly Dictionary<PredictionType, ForwardProcess> Processes = Predictions.ToDictionary(
        prediction => prediction, prediction => VariancePreserving.Create(new NoiseScheduleConfig { Schedule = BetaSchedule.SquaredCosCapV2 }, prediction));

    public static ModelManifest Classes(string id = "tiny", int classes = 5, int size = 4, PredictionType prediction = PredictionType.Epsilon) => new()
    {
        Id = id,
        DisplayName = id,
        Conditioning = ConditioningKind.Class,
        Classes = [.. Enumerable.Range(0, classes).Select(i => $"class {i}")],
        Latent = new LatentShape(3, size, size),
        Preprocessing = new ImagePreprocessing(size),
        Process = Processes[prediction],
        TimestepFrom = 100,
        TimestepTo = 900,
        DefaultTrials = 8,
        DefaultStrategy = Strategy.Fixed,
        DataType = "float32",
    };

    public static ModelManifest Text(string id = "tiny", string template = "a photo of a {label}.", int size = 4) =>
        Classes(id, size: size) with { Conditioning = ConditioningKind.Text, Classes = [], Template = template };
}
