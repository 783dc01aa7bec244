using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Evaluate.Data;
using DiffusionClassifier.Cli.Evaluate.Reports;
using DiffusionClassifier.Cli.Evaluate.Runs;
using DiffusionClassifier.Core.Matching;

namespace DiffusionClassifier.Cli.Evaluate.Winoground;

/// <summary>Winoground's examples through a model; goes on where it stopped.</summary>
internal sealed class WinogroundEvaluation(Workplace workplace, EvaluateArguments arguments)
{
    /// <param name="request">Model, trials, loss and seed.</param>
    /// <param name="cancellationToken">Ends it; what is done stays done.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        if (arguments.Bank is not null || arguments.CompareFixed)
            throw new UserException("--bank and --compare-fixed are for classes: winoground has captions, and always runs all trials.");
        DataSource source = arguments.Data!;
        string data = $"{source.Kind}:{DataSource.NameOf(source.Path)}";
        IReadOnlyList<WinogroundExample> examples = arguments.Selection.Of(WinogroundReader.Read(source.Path), request.Seed);
        var settings = new RunSettings(workplace.Manifest.Id, workplace.Model.Digest(), data, arguments.Preset?.Name, null, RequestSettings.From(request), Posterior: null, CompareFixed: false, arguments.NormalizeByNull);
        RunFolder folder = RunFolder.Open(arguments.Folder!, SettingsDifference.Of(settings));
        using var log = new ResultLog<WinogroundResult>(folder.File(RunFolder.ResultsFile), result => result.Index);
        folder.Join(arguments.Join, log);

        IReadOnlyList<WinogroundResult> earlier = log.Of(examples.Select(example => example.Index));
        IReadOnlyList<string> problems = await workplace.RunAsync(examples.Count, "text score", earlier.Count, earlier.Count(result => result.Verdict.Text),
            (session, score) => new WinogroundRun(new ImageTextMatcher(session.Engine, EngineSession.Options), request, arguments.NormalizeByNull, workplace.Engines.MaxImageBytes)
                .RunAsync(examples, log, score, cancellationToken), cancellationToken);

        IReadOnlyList<WinogroundResult> results = log.Of(examples.Select(example => example.Index));
        if (results.Count == 0)
            throw Outcome.Nothing(problems);
        var report = WinogroundReport.Build(new ReportSubject(workplace.Manifest.Id, data, arguments.Preset, [], Posterior: null, folder.Settings, problems), results, arguments.NormalizeByNull);
        report.Write(folder.Path);
        return Outcome.Show(report, folder.Path, arguments.Json, problems);
    }
}
