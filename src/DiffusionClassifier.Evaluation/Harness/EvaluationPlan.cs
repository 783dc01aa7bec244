using DiffusionClassifier.Evaluation.Baselines;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Explanations;
using DiffusionClassifier.Evaluation.Presets;
using DiffusionClassifier.Evaluation.Reports;

namespace DiffusionClassifier.Evaluation.Harness;

/// <summary>What an evaluation should do, besides the request. Immutable.</summary>
/// <param name="Data">The images; null for a replay.</param>
/// <param name="Folder">Where results and report go; null only with a bank.</param>
/// <param name="Bank">The bank to make.</param>
/// <param name="Preset">One of the paper's data sets.</param>
/// <param name="ClassNames">Names that override the preset's.</param>
/// <param name="Subset">Which images take part.</param>
/// <param name="Join">Shards whose results are included: folders, or banks if a bank is made.</param>
/// <param name="CompareFixed">Whether all labels are also run on all trials.</param>
/// <param name="NormalizeByNull">Winoground: whether the error without a caption is subtracted.</param>
public sealed record EvaluationPlan(
    DataSource? Data,
    string? Folder,
    string? Bank,
    Preset? Preset,
    ClassNameFile? ClassNames,
    DataSubset Subset,
    IReadOnlyList<string> Join,
    bool CompareFixed,
    bool NormalizeByNull)
{
    /// <summary>The origin that the report states; null: none.</summary>
    public ReportOrigin? Origin { get; init; }

    /// <summary>How explanations are judged; null: they are not asked for.</summary>
    public ExplanationSettings? Explanation { get; init; }

    /// <summary>What the model is compared with on the same images; null: nothing.</summary>
    public BaselinePlan? Baseline { get; init; }

    /// <summary>A file that says where in an image the object is that a label names; null: that is unknown.</summary>
    public string? Boxes { get; init; }
}
