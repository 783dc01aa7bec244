using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DiffusionClassifier.Evaluation.Explanations;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>All that a result depends on, which must not change during a run: the sample and the shard may.</summary>
/// <param name="Model">Id of the model.</param>
/// <param name="ModelDigest">Its graphs and weights (<see cref="Engines.SingleModel.Digest"/>).</param>
/// <param name="Data">The data set.</param>
/// <param name="Preset">Name of the preset.</param>
/// <param name="Labels">The labels of every request.</param>
/// <param name="Request">Everything that the request says (<see cref="RequestSettings"/>).</param>
/// <param name="Posterior">How errors become posteriors; null if there are none.</param>
/// <param name="CompareFixed">Whether all labels are also run on all trials.</param>
/// <param name="NormalizeByNull">Winoground: whether the error without a caption is subtracted.</param>
/// <param name="Explanation">How explanations are judged; null: they are not.</param>
internal sealed record RunSettings(
    string Model,
    string ModelDigest,
    string Data,
    string? Preset,
    IReadOnlyList<LabelSpec>? Labels,
    JsonObject Request,
    PosteriorSummary? Posterior,
    bool CompareFixed,
    bool NormalizeByNull,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ExplanationSettings? Explanation = null);
