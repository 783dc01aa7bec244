using System.CommandLine;
using System.Text.Json;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Evaluate.Banks;
using DiffusionClassifier.Cli.Evaluate.Data;
using DiffusionClassifier.Cli.Evaluate.Presets;
using DiffusionClassifier.Cli.Evaluate.Reports;
using DiffusionClassifier.Cli.Evaluate.Runs;
using DiffusionClassifier.Cli.Evaluate.Winoground;
using DiffusionClassifier.Cli.Models;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Scoring.Banks;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary><c>dclassify evaluate</c>: how good a model is on labelled pictures.</summary>
internal sealed class EvaluateCommand
{
    private const int ProblemsShown = 10; // the others are in the report

    private readonly Engines _engines;
    private readonly EvaluateOptions _options = new();

    private EvaluateCommand(Engines engines) => _engines = engines;

    public static Command Create(Engines engines) => new EvaluateCommand(engines).Build();

    private Command Build()
    {
        var command = new Command("evaluate", "Say how good a model is on labelled pictures: accuracy, confusion, calibration and cost, as report.json, .md and .html.");
        foreach (Option option in _options.All)
            command.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        EvaluateArguments arguments = _options.Read(parsed);
        if (arguments.Replay is not null)
            return Task.FromResult(ReportBank(arguments, ErrorBank.Load(arguments.Replay), parsed, []));
        SingleModel model = ModelChooser.Choose(_engines, parsed.GetValue(_options.Model), parsed.GetValue(_options.Models));
        ClassificationRequest request = PresetRequest.Apply(arguments.Preset, _options.Request.Read(parsed), model.Manifest);
        return arguments.Data!.IsWinoground
            ? EvaluateWinogroundAsync(arguments, request, model, parsed, cancellationToken)
            : EvaluateAsync(arguments, request, model, parsed, cancellationToken);
    }

    private async Task<int> EvaluateAsync(EvaluateArguments arguments, ClassificationRequest request, SingleModel model, ParseResult parsed, CancellationToken cancellationToken)
    {
        DataSet data = arguments.Data!.Read(_engines.MaxImageBytes);
        Preset? names = arguments.Preset ?? (data.Classes is null && PresetLibrary.Names.Contains(data.Kind) ? PresetLibrary.Find(data.Kind) : null);
        Candidates candidates = new CandidateFinder(data, model.Manifest, names, arguments.ClassNames).Find(request.Labels, request.Templates);
        LabelledImage[] known = [.. data.Images.Where(image => candidates.TruthOfClass[image.Class] >= 0)];
        if (known.Length < data.Images.Count)
            ErrorReport.WriteLine($"{data.Images.Count - known.Length} pictures are of classes that are not among the labels: they are left out.");
        IReadOnlyList<LabelledImage> images = arguments.Selection.Of(known, request.Seed);
        request = request with { Labels = candidates.Labels };
        if (arguments.Bank is { } bank)
            return await MakeBankAsync(arguments, new BankRun(bank, request, model.Manifest, candidates, data.Title), images, model, parsed, cancellationToken);
        if (arguments.CompareFixed && (request.Strategy ?? model.Manifest.DefaultStrategy) == Strategy.Fixed)
            throw new UserException("--compare-fixed compares another strategy with fixed: give one, as in --strategy race.");

        var settings = new RunSettings(model.Manifest.Id, data.Title, arguments.Preset?.Name, candidates.Labels, RequestSettings.From(request), arguments.CompareFixed, NormalizeByNull: false);
        RunFolder folder = RunFolder.Open(arguments.Folder!, SettingsDifference.Of(settings));
        using var log = new ResultLog<ImageResult>(folder.File(RunFolder.ResultsFile), result => result.Index);
        IReadOnlyList<string> problems = await WithEngineAsync(model, parsed, images.Count, "top-1", async (session, score) =>
        {
            ImageResult[] earlier = Selected(log.All, images);
            score.Resume(earlier.Length, earlier.Count(result => result.IsRight));
            return await new LiveRun(session.Engine, request, candidates, arguments.CompareFixed).RunAsync(images, log, score, cancellationToken);
        }, cancellationToken);
        var subject = new ReportSubject(model.Manifest.Id, data.Title, arguments.Preset, candidates.Names, folder.Settings, problems);
        return Finish(arguments, Selected(log.All, images), problems, results => ReportBuilder.Build(subject, results));
    }

    private static ImageResult[] Selected(IEnumerable<ImageResult> results, IEnumerable<LabelledImage> images)
    {
        HashSet<int> selected = [.. images.Select(image => image.Index)];
        return [.. results.Where(result => selected.Contains(result.Index))];
    }

    private async Task<int> MakeBankAsync(EvaluateArguments arguments, BankRun run, IReadOnlyList<LabelledImage> images, SingleModel model, ParseResult parsed, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> problems = await WithEngineAsync(model, parsed, images.Count, "top-1", (session, score) => run.RunAsync(session.Engine, images, score, cancellationToken), cancellationToken);
        if (arguments.Folder is not null)
            return ReportBank(arguments, ErrorBank.Load(arguments.Bank!), parsed, problems);
        WriteProblems(problems);
        return problems.Count == 0 ? ExitCode.Success : ExitCode.UserError;
    }

    private int ReportBank(EvaluateArguments arguments, ErrorBank bank, ParseResult parsed, IReadOnlyList<string> problems)
    {
        ClassificationRequest request = _options.Request.Read(parsed);
        IReadOnlyList<string>? names = bank.Settings?.Labels ?? arguments.ClassNames?.All ?? arguments.Preset?.Classes;
        IReadOnlyList<string> labels = names?.Count == bank.Classes ? names : [.. Enumerable.Range(0, bank.Classes).Select(index => $"class {index}")];
        double? beta = bank.Settings is null && request.Temperature is null && request.Posterior is null
            ? null
            : Sharpness.Resolve(request.Temperature, request.Posterior, fittedBeta: null, bank.Settings?.Elements ?? 1).Beta;
        var subject = new ReportSubject(bank.Settings?.Model ?? "unknown model", bank.Settings?.Data ?? Path.GetFileName(arguments.Replay ?? arguments.Bank!), arguments.Preset, labels,
            bank.Settings is { } settings ? SettingsDifference.Of(settings) : null, problems);
        return Finish(arguments, BankStatistics.Results(bank, labels, beta ?? 1), problems, results => ReportBuilder.Build(subject, results, beta is not null) with
        {
            Strategies = new BankReplay(bank).Run(),
            Timesteps = BankStatistics.Timesteps(bank),
        });
    }

    private async Task<int> EvaluateWinogroundAsync(EvaluateArguments arguments, ClassificationRequest request, SingleModel model, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (arguments.Bank is not null || arguments.CompareFixed)
            throw new UserException("--bank and --compare-fixed are for classes: winoground has captions, and always runs all trials.");
        IReadOnlyList<WinogroundExample> examples = arguments.Selection.Of(WinogroundReader.Read(arguments.Data!.Path), request.Seed);
        string data = $"{arguments.Data.Kind}:{DataSource.NameOf(arguments.Data.Path)}";
        var settings = new RunSettings(model.Manifest.Id, data, arguments.Preset?.Name, null, RequestSettings.From(request), CompareFixed: false, arguments.NormalizeByNull);
        RunFolder folder = RunFolder.Open(arguments.Folder!, SettingsDifference.Of(settings));
        using var log = new ResultLog<WinogroundResult>(folder.File(RunFolder.ResultsFile), result => result.Index);
        HashSet<int> selected = [.. examples.Select(example => example.Index)];
        IReadOnlyList<string> problems = await WithEngineAsync(model, parsed, examples.Count, "text score", async (session, score) =>
        {
            WinogroundResult[] earlier = [.. log.All.Where(result => selected.Contains(result.Index))];
            score.Resume(earlier.Length, earlier.Count(result => result.Verdict.Text));
            var run = new WinogroundRun(new ImageTextMatcher(session.Engine, EngineSession.Options), request, arguments.NormalizeByNull, _engines.MaxImageBytes);
            return await run.RunAsync(examples, log, score, cancellationToken);
        }, cancellationToken);
        WriteProblems(problems);
        WinogroundResult[] results = [.. log.All.Where(result => selected.Contains(result.Index))];
        if (results.Length == 0)
            throw new UserException("No example could be read: there is nothing to report.");
        var report = WinogroundReport.Build(new ReportSubject(model.Manifest.Id, data, arguments.Preset, [], folder.Settings, problems), results, arguments.NormalizeByNull);
        report.Write(folder.Path);
        Console.Out.WriteLine(arguments.Json ? JsonSerializer.Serialize(report, AnswerJson.Indented) : File.ReadAllText(folder.File(ReportFiles.Markdown)));
        return problems.Count == 0 ? ExitCode.Success : ExitCode.UserError;
    }

    private Task<IReadOnlyList<string>> WithEngineAsync(
        SingleModel model, ParseResult parsed, int total, string measure, Func<EngineSession, RunningScore, Task<IReadOnlyList<string>>> work, CancellationToken cancellationToken) =>
        ProgressBar.RunAsync($"evaluate {model.Manifest.Id}", async display =>
        {
            using EngineSession session = await EngineSession.StartAsync(_engines, model, parsed.GetValue(_options.Device), parsed.GetValue(Input.SharedOptions.Verbose), cancellationToken);
            return await work(session, new RunningScore(total, measure, display, Terminal.Progress is not null, TimeProvider.System));
        });

    private static int Finish(EvaluateArguments arguments, IReadOnlyList<ImageResult> results, IReadOnlyList<string> problems, Func<IReadOnlyList<ImageResult>, EvaluationReport> build)
    {
        WriteProblems(problems);
        if (results.Count == 0)
            throw new UserException("No picture could be read: there is nothing to report.");
        EvaluationReport report = build(results);
        ReportFiles.Write(arguments.Folder!, report);
        Console.Out.WriteLine(arguments.Json ? JsonSerializer.Serialize(report, AnswerJson.Indented) : File.ReadAllText(Path.Combine(arguments.Folder!, ReportFiles.Markdown)));
        return problems.Count == 0 ? ExitCode.Success : ExitCode.UserError;
    }

    private static void WriteProblems(IReadOnlyList<string> problems)
    {
        foreach (string problem in problems.Take(ProblemsShown))
            ErrorReport.WriteLine(problem);
        if (problems.Count > ProblemsShown)
            ErrorReport.WriteLine($"and {problems.Count - ProblemsShown} more, which the report lists.");
    }
}
