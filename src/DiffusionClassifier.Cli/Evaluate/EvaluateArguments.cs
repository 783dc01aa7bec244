using DiffusionClassifier.Cli.Evaluate.Data;
using DiffusionClassifier.Cli.Evaluate.Presets;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary>What the caller wants, besides the request. Immutable.</summary>
/// <param name="Data">The pictures; null for a replay.</param>
/// <param name="Folder">Where results and report go; null only with a bank.</param>
/// <param name="Bank">The bank to make.</param>
/// <param name="Replay">The bank to replay.</param>
/// <param name="Preset">One of the paper's data sets.</param>
/// <param name="ClassNames">Names that win over the preset's.</param>
/// <param name="Selection">Which pictures take part.</param>
/// <param name="Join">Shards whose results are taken over: folders, or banks where a bank is made.</param>
/// <param name="CompareFixed">Whether all labels are also run on all trials.</param>
/// <param name="NormalizeByNull">Winoground: whether the error of the model told nothing is subtracted.</param>
/// <param name="Json">Whether to print the report.</param>
internal sealed record EvaluateArguments(
    DataSource? Data, string? Folder, string? Bank, string? Replay, Preset? Preset, ClassNameFile? ClassNames, Selection Selection, IReadOnlyList<string> Join, bool CompareFixed, bool NormalizeByNull, bool Json);
