using DiffusionClassifier.Cli.Evaluate.Data;
using DiffusionClassifier.Cli.Evaluate.Reports;
using DiffusionClassifier.Cli.Evaluate.Runs;
using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Scoring.Banks;

namespace DiffusionClassifier.Cli.Evaluate.Banks;

/// <summary>Makes a bank of errors, and reports on it: all labels on all trials, every strategy, every timestep.</summary>
internal sealed class BankEvaluation(Workplace workplace, EvaluateArguments arguments)
{
    /// <param name="request">Every request but for its image.</param>
    /// <param name="cancellationToken">Ends it; what is done stays done.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        (DataSet data, Candidates candidates, IReadOnlyList<LabelledImage> images) = workplace.Open(arguments, request);
        using var run = new BankRun(arguments.Bank!, request with { Labels = candidates.Labels }, workplace.Manifest, candidates, data.Title);
        run.RequireRoomFor(images.Count);
        IReadOnlyList<string> problems = await workplace.RunAsync(images.Count, "top-1", images.Count(image => run.Has(image.Index)), right: null,
            (session, score) => run.RunAsync(session.Engine, images, score, cancellationToken), cancellationToken);
        if (!run.Save())
            throw Outcome.Nothing(problems);
        return arguments.Folder is null
            ? Outcome.Show<EvaluationReport>(null, null, json: false, problems)
            : Report(arguments, arguments.Bank!, request, problems);
    }

    /// <summary>Replays every strategy on a bank and writes the report.</summary>
    /// <param name="arguments">Where it goes, and names for a bank that has none.</param>
    /// <param name="file">The bank.</param>
    /// <param name="request">Says how errors become posteriors.</param>
    /// <param name="problems">Why single pictures are not in the bank.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InvalidDataException">The file is no bank.</exception>
    public static int Report(EvaluateArguments arguments, string file, ClassificationRequest request, IReadOnlyList<string> problems)
    {
        ErrorBank bank = ErrorBank.Load(file);
        IReadOnlyList<string>? names = bank.Settings?.Labels ?? arguments.ClassNames?.All ?? arguments.Preset?.Classes;
        IReadOnlyList<string> labels = names?.Count == bank.Classes ? names : [.. Enumerable.Range(0, bank.Classes).Select(index => $"class {index}")];
        double? beta = Beta(bank.Settings, request);
        var subject = new ReportSubject(bank.Settings?.Model ?? "unknown model", bank.Settings?.Data ?? Path.GetFileName(file), arguments.Preset, labels,
            bank.Settings is { } settings ? SettingsDifference.Of(settings) : null, problems);
        EvaluationReport report = ReportBuilder.Build(subject, BankStatistics.Results(bank, labels, beta ?? 1), hasPosteriors: beta is not null) with
        {
            Strategies = new BankReplay(bank).Run(),
            Timesteps = BankStatistics.Timesteps(bank),
        };
        ReportFiles.Write(arguments.Folder!, report);
        return Outcome.Show(report, arguments.Folder, arguments.Json, problems);
    }

    // A bank from elsewhere does not know C·H·W, which the paper's posterior needs.
    private static double? Beta(BankSettings? settings, ClassificationRequest request) =>
        settings is null && request.Temperature is null && request.Posterior != PosteriorPreset.Mean
            ? null
            : Sharpness.Resolve(request.Temperature, request.Posterior, fittedBeta: null, settings?.Elements ?? 1).Beta;
}
