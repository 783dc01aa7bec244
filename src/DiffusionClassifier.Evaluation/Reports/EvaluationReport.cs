using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DiffusionClassifier.Evaluation.Presets;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>report.json: how a model did on a data set. Shares are from 0 to 1. Immutable.</summary>
internal sealed record EvaluationReport
{
    /// <summary>Where the report comes from; null: unknown.</summary>
    public required ReportOrigin? Origin { get; init; }

    public required string Model { get; init; }

    /// <summary>The data set as KIND:NAME.</summary>
    public required string Data { get; init; }

    public required string? Preset { get; init; }

    /// <summary>How many images the numbers are based on.</summary>
    public required int Images { get; init; }

    /// <summary>How many selected images could not be read; they are not counted.</summary>
    public required int Failed { get; init; }

    /// <summary>The share of images whose true label won.</summary>
    public required double Top1 { get; init; }

    /// <summary>Of <see cref="Top1"/>: √(p(1−p)/n).</summary>
    public required double StandardError { get; init; }

    /// <summary>Of <see cref="Top1"/>, by Wilson.</summary>
    public required Interval Top1Interval { get; init; }

    /// <summary>The share of images whose true label is among the five with the highest posterior.</summary>
    public required double Top5 { get; init; }

    /// <summary>Mean of the accuracies of the classes.</summary>
    public required double MeanPerClass { get; init; }

    /// <summary>Mean of the F1 of the classes that have images.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>How errors became posteriors; null if they did not.</summary>
    public required PosteriorSummary? Posterior { get; init; }

    /// <summary>Expected calibration error in 15 bins; null if there are no posteriors.</summary>
    public required double? Ece { get; init; }

    /// <summary>Denoiser evaluations per image, on average.</summary>
    public required double RowsPerImage { get; init; }

    /// <summary>What all labels on all trials cost.</summary>
    public required double FixedRowsPerImage { get; init; }

    /// <summary>The share of images on which all labels on all trials give the same answer; null if they were not run.</summary>
    public required double? AgreementWithFixed { get; init; }

    /// <summary>Of <see cref="AgreementWithFixed"/>, by Wilson.</summary>
    public required Interval? AgreementInterval { get; init; }

    /// <summary>Device time of all images; null for a bank, which does not know it.</summary>
    public required double? Seconds { get; init; }

    public required IReadOnlyList<ClassScore> PerClass { get; init; }

    /// <summary>
    /// [truth][prediction] in the order of <see cref="PerClass"/>; null for more than <see cref="ReportBuilder.MostClassesInMatrix"/>
    /// classes.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<int>>? Confusion { get; init; }

    /// <summary>The most frequent mistakes.</summary>
    public required IReadOnlyList<Mistake> Mistakes { get; init; }

    /// <summary>The misclassified images, the model's most confident mistakes first.</summary>
    public required IReadOnlyList<MistakenImage> MistakenImages { get; init; }

    public required IReadOnlyList<ReliabilityBin>? Reliability { get; init; }

    /// <summary>What <c>rejectBelow</c> would do; null if there are no posteriors.</summary>
    public required IReadOnlyList<CoveragePoint>? Coverage { get; init; }

    /// <summary>Every strategy on the same stored errors; null if there is no bank.</summary>
    public IReadOnlyList<StrategyScore>? Strategies { get; init; }

    /// <summary>How well each timestep tells classes apart; null if there is no bank.</summary>
    public IReadOnlyList<TimestepScore>? Timesteps { get; init; }

    /// <summary>What explanations are worth; null, and not there, if they were not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExplanationReport? Explanations { get; init; }

    /// <summary>How the baseline did on the same images; null, and not there, if none was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BaselineScore? Baseline { get; init; }

    /// <summary>What others published on the data set of the preset.</summary>
    public IReadOnlyList<PublishedResult> Published { get; init; } = [];

    /// <summary>Why single images failed.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>All that the results depend on.</summary>
    public required JsonObject? Settings { get; init; }
}
