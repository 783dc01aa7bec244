using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Harness;
using DiffusionClassifier.Evaluation.Reports;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Live;

/// <summary>A labeled data set through a model, image by image, as <c>classify</c> would answer; resumes where it stopped.</summary>
/// <param name="harness">Runs the model.</param>
/// <param name="plan">The images, and where the report goes.</param>
public sealed class LiveEvaluation(EvaluationHarness harness, EvaluationPlan plan)
{
    /// <summary>Classifies what earlier runs did not, and reports on everything.</summary>
    /// <param name="request">Every request, except for its image and the true label.</param>
    /// <param name="cancellationToken">Ends it; what is done is kept.</param>
    /// <exception cref="EvaluationException">The plan cannot be carried out.</exception>
    /// <exception cref="ClassificationException">The request is wrong, whatever the image.</exception>
    public async Task<EvaluationOutcome> RunAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        if (plan.CompareFixed && (request.Strategy ?? harness.Manifest.DefaultStrategy) == Strategy.Fixed)
            throw new EvaluationException("--compare-fixed compares another strategy with fixed: give one, as in --strategy race.");
        (DataSet data, Candidates candidates, IReadOnlyList<LabelledImage> images) = harness.Open(plan, request);
        BoxTable? boxes = plan.Boxes is { } file ? BoxTable.Read(file, data, candidates.Names) : null;
        request = request with { Labels = candidates.Labels, Explain = plan.Explanation?.Against };
        // A wrong request ends here, before a model is loaded.
        JobSettings job = RequestValidator.Validate(new Submission(request), new LoadedModel(harness.Manifest), EngineSession.Options);
        if (plan.Explanation is { Steps: > 0 } judged)
        {
            RequestValidator.Validate(
                new Submission(ExplanationJudge.Question(request, judged)), new LoadedModel(harness.Manifest), EngineSession.Options);
        }

        var posterior = new PosteriorSummary(job.Sharpness.Preset, job.Sharpness.Beta, job.Sharpness.Calibrated);
        var settings = new RunSettings(
            harness.Manifest.Id,
            harness.Model.Digest(),
            data.Title,
            plan.Preset?.Name,
            candidates.Labels,
            RequestSettings.From(request, job),
            posterior,
            plan.CompareFixed,
            NormalizeByNull: false,
            plan.Explanation);
        var resumable = new ResumableRun<ImageResult>(harness, plan, "top-1", result => result.Index, result => result.IsRight);
        FinishedRun<ImageResult> run = await resumable.RunAsync(
            settings,
            [.. images.Select(image => image.Index)],
            (session, log, score) =>
                new LiveRun(session.Engine, request, candidates, plan.CompareFixed, JudgeOf(session, request, job))
                    .RunAsync(images, log, score, cancellationToken),
            cancellationToken);
        var subject = new ReportSubject(
            plan.Origin, harness.Manifest.Id, data.Title, plan.Preset, candidates.Names, posterior, run.Folder.Settings, run.Problems);
        EvaluationReport report = ReportBuilder.Build(subject, run.Results) with
        {
            Explanations = ExplanationsOf(boxes, job).Build(run.Results),
            Baseline = await harness.RunBaselineAsync(plan, request, candidates, images, cancellationToken),
        };
        Dictionary<int, ImageResult> results = run.Results.ToDictionary(result => result.Index);
        report = await new Thumbnails(harness, run.Folder.Path)
            .AddAsync(report, images, index => results[index].Explained?.Map, cancellationToken);
        return ReportFiles.Write(run.Folder.Path, report);
    }

    private static ExplanationReportBuilder ExplanationsOf(BoxTable? boxes, JobSettings job) => new(
        index => ExplanationJudge.MapSeed(job.Seed, index),
        boxes is null ? null : result => boxes.Of(result.Name, result.Prediction));

    private ExplanationJudge? JudgeOf(EngineSession session, ClassificationRequest request, JobSettings job) =>
        plan.Explanation is { } settings
        ? new ExplanationJudge(session.Engine, request, job, settings, harness.CreateImages(), harness.WritePng)
        : null;
}
