using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Evaluate.Data;
using DiffusionClassifier.Cli.Evaluate.Reports;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Cli.Evaluate.Runs;

/// <summary>A labelled data set through a model, picture by picture as <c>classify</c> would answer; goes on where it stopped.</summary>
internal sealed class LiveEvaluation(Workplace workplace, EvaluateArguments arguments)
{
    /// <param name="request">Every request but for its image and its labels' truth.</param>
    /// <param name="cancellationToken">Ends it; what is done stays done.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        if (arguments.CompareFixed && (request.Strategy ?? workplace.Manifest.DefaultStrategy) == Strategy.Fixed)
            throw new UserException("--compare-fixed compares another strategy with fixed: give one, as in --strategy race.");
        (DataSet data, Candidates candidates, IReadOnlyList<LabelledImage> images) = workplace.Open(arguments, request);
        request = request with { Labels = candidates.Labels };
        JobSettings job = RequestValidator.Validate(new Submission(request), new LoadedModel(workplace.Manifest), EngineSession.Options); // a wrong request ends here, before a model is loaded
        var posterior = new PosteriorSummary(job.Sharpness.Preset, job.Sharpness.Beta, job.Sharpness.Calibrated);
        var settings = new RunSettings(
            workplace.Manifest.Id, workplace.Model.Digest(), data.Title, arguments.Preset?.Name, candidates.Labels, RequestSettings.From(request, job), posterior, arguments.CompareFixed, NormalizeByNull: false);
        RunFolder folder = RunFolder.Open(arguments.Folder!, SettingsDifference.Of(settings));
        using var log = new ResultLog<ImageResult>(folder.File(RunFolder.ResultsFile), result => result.Index);
        folder.Join(arguments.Join, log);

        IReadOnlyList<ImageResult> earlier = log.Of(images.Select(image => image.Index));
        IReadOnlyList<string> problems = await workplace.RunAsync(images.Count, "top-1", earlier.Count, earlier.Count(result => result.IsRight),
            (session, score) => new LiveRun(session.Engine, request, candidates, arguments.CompareFixed).RunAsync(images, log, score, cancellationToken), cancellationToken);

        IReadOnlyList<ImageResult> results = log.Of(images.Select(image => image.Index));
        if (results.Count == 0)
            throw Outcome.Nothing(problems);
        EvaluationReport report = ReportBuilder.Build(new ReportSubject(workplace.Manifest.Id, data.Title, arguments.Preset, candidates.Names, posterior, folder.Settings, problems), results);
        ReportFiles.Write(folder.Path, report);
        return Outcome.Show(report, folder.Path, arguments.Json, problems);
    }
}
