namespace DiffusionClassifier.Client.Tests;

/// <summary>Answers as the server gives them.</summary>
internal static class Examples
{
    public static ClassificationRequest Request { get; } = new() { Image = new byte[] { 1, 2, 3 }, Labels = ["ship", "cat"] };

    public static ClassificationResult Answer(int rows = 20, bool isComplete = true) => new(
        "1", "cifar10", "ship", [new LabelResult("ship", null, 1, -1, 0.04, null, 8, null, 1)],
        new DecisionSummary(Strategy.Race, isComplete, 0.05, 0.01, 0.001, 8, 128), new PosteriorSummary(PosteriorPreset.Fitted, 7000, true), 0,
        PredictionLoss.L2, Weighting.Uniform, ImageMode.Default, new CostSummary(rows, 100, 1, 0, 0, 0), []);

    public static MatchResult Match { get; } = new(
        "2", "cifar10", ["a", "b"], [new MatchedImage("a", [new MatchScore(1, 0.1, 0.04, 1, 0.1, 1), new MatchScore(0, 0.1, 0.05, -1, 0.1, 0)])], false, null,
        new PosteriorSummary(PosteriorPreset.Paper, 3072, false), 8, 0, PredictionLoss.L2, Weighting.Uniform, ImageMode.Default, new CostSummary(16, 16, 1, 0, 0, 0), []);

    public static JobDescription Job(int rows, bool isEnded = false) => new(
        "j", isEnded ? JobStatus.Succeeded : JobStatus.Running, "cifar10", DateTimeOffset.UnixEpoch, isEnded ? DateTimeOffset.UnixEpoch : null, null, rows, 100, 1,
        isEnded ? Answer() : null, null);

    public static BatchDescription Batch(int succeeded, bool isEnded) => new(
        "b", isEnded ? JobStatus.Succeeded : JobStatus.Running, DateTimeOffset.UnixEpoch, isEnded ? DateTimeOffset.UnixEpoch : null, null, 3, succeeded, 0, 100, 1, null);
}
