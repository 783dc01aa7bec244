using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Evaluation.Presets;

/// <summary>Fills in settings from a preset where the caller gives none.</summary>
public static class PresetRequest
{
    /// <param name="preset">Null changes nothing.</param>
    /// <param name="request">What the caller sent.</param>
    /// <param name="manifest">The model.</param>
    /// <param name="forBank">Whether all labels run on all trials, whatever schedule the preset has.</param>
    public static ClassificationRequest Apply(Preset? preset, ClassificationRequest request, ModelManifest manifest, bool forBank = false)
    {
        bool readsText = manifest.Conditioning == ConditioningKind.Text;
        if ((readsText ? preset?.TextConditional : preset?.ClassConditional) is not { } run)
            return request;
        // The caller's own trials or strategy mean a different schedule altogether.
        bool hasSchedule = forBank || request.Strategy is not null || request.Trials is not null || request.StageSamples is not null;
        IReadOnlyList<Stage>? staged = run.Strategy == Strategy.Staged ? run.Stages : null;
        return request with
        {
            Template = request.Template ?? (readsText && run.Template is { } template ? [template] : null),
            Loss = request.Loss ?? run.Loss,
            Strategy = hasSchedule ? request.Strategy : run.Strategy,
            StageSamples = hasSchedule ? request.StageSamples : staged?.Select(stage => stage.Samples).ToArray(),
            StageKeep = hasSchedule ? request.StageKeep : staged?.Select(stage => stage.Keep).ToArray(),
            Trials = hasSchedule && !forBank ? request.Trials : request.Trials ?? run.Trials,
        };
    }
}
