using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Harness;
using DiffusionClassifier.Evaluation.Reports;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Winoground;

/// <summary>Winoground's examples through a model; resumes where it stopped.</summary>
/// <param name="harness">Runs the model.</param>
/// <param name="plan">The examples, and where the report goes.</param>
public sealed class WinogroundEvaluation(EvaluationHarness harness, EvaluationPlan plan)
{
    /// <summary>Matches what earlier runs did not, and reports on everything.</summary>
    /// <param name="request">Model, trials, loss and seed.</param>
    /// <param name="cancellationToken">Ends it; what is done is kept.</param>
    /// <exception cref="EvaluationException">The plan cannot be carried out.</exception>
    /// <exception cref="ClassificationException">The request is wrong, whatever the images.</exception>
    public async Task<EvaluationOutcome> RunAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        if (plan.Bank is not null || plan.CompareFixed)
        {
            throw new EvaluationException(
                "--bank and --compare-fixed are for classes: winoground has captions, and always runs all trials.");
        }

        DataSource source = plan.Data!;
        string data = $"{source.Kind}:{DataSource.NameOf(source.Path)}";
        IReadOnlyList<WinogroundExample> examples = plan.Subset.Of(plan.Subset.InRange(WinogroundReader.Read(source.Path)), request.Seed);
        var settings = new RunSettings(
            harness.Manifest.Id,
            harness.Model.Digest(),
            data,
            plan.Preset?.Name,
            Labels: null,
            RequestSettings.From(request),
            Posterior: null,
            CompareFixed: false,
            plan.NormalizeByNull);
        var resumable = new ResumableRun<WinogroundResult>(
            harness, plan, "text score", result => result.Index, result => result.Verdict.Text);
        FinishedRun<WinogroundResult> run = await resumable.RunAsync(
            settings, [.. examples.Select(example => example.Index)], MatchAsync, cancellationToken);
        var subject = new ReportSubject(
            plan.Origin, harness.Manifest.Id, data, plan.Preset, [], Posterior: null, run.Folder.Settings, run.Problems);
        return WinogroundReport.Build(subject, run.Results, plan.NormalizeByNull).Write(run.Folder.Path);

        Task<IReadOnlyList<string>> MatchAsync(EngineSession session, ResultLog<WinogroundResult> log, RunningScore score)
        {
            var matcher = new ImageTextMatcher(session.Engine, EngineSession.Options);
            return new WinogroundRun(matcher, request, plan.NormalizeByNull, harness.MaxImageBytes)
                .RunAsync(examples, log, score, cancellationToken);
        }
    }
}
