using System.Text.Json.Nodes;
using DiffusionClassifier.Evaluation.Presets;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>What a report is about.</summary>
/// <param name="Origin">Where the report comes from; null: unknown.</param>
/// <param name="Model">Id of the model.</param>
/// <param name="Data">The data set as KIND:NAME.</param>
/// <param name="Preset">The preset, if one was used.</param>
/// <param name="Labels">All labels in their order.</param>
/// <param name="Posterior">How errors became posteriors; null if they did not.</param>
/// <param name="Settings">What the results depend on.</param>
/// <param name="Problems">Why single images failed.</param>
internal sealed record ReportSubject(
    ReportOrigin? Origin,
    string Model,
    string Data,
    Preset? Preset,
    IReadOnlyList<string> Labels,
    PosteriorSummary? Posterior,
    JsonObject? Settings,
    IReadOnlyList<string> Problems);
