using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Evaluate.Data;
using DiffusionClassifier.Cli.Evaluate.Reports;
using DiffusionClassifier.Cli.Evaluate.Runs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
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
        using var run = new BankRun(arguments.Bank!, request with { Labels = candidates.Labels }, workplace.Model, candidates, data.Title, arguments.Join);
        run.RequireRoomFor(images);
        IReadOnlyList<string> problems = await workplace.RunAsync(images.Count, "top-1", images.Count(image => run.Has(image.Index)), right: null,
            (session, score) => run.RunAsync(session.Engine, images, score, cancellationToken), cancellationToken);
        if (!run.Save())
            throw Outcome.Nothing(problems);
        return arguments.Folder is null
            ? Outcome.Show<EvaluationReport>(null, null, json: false, problems)
            : Report(arguments, arguments.Bank!, ErrorBank.Load(arguments.Bank!), workplace.Manifest, request, problems);
    }

    /// <summary>Replays every strategy on a bank and writes the report.</summary>
    /// <param name="arguments">Where it goes, and names for a bank that has none.</param>
    /// <param name="file">The bank's file.</param>
    /// <param name="bank">The bank.</param>
    /// <param name="manifest">The model that made it; null where that is not here.</param>
    /// <param name="request">Says how errors become posteriors.</param>
    /// <param name="problems">Why single pictures are not in the bank.</param>
    /// <returns>The exit code.</returns>
    public static int Report(EvaluateArguments arguments, string file, ErrorBank bank, ModelManifest? manifest, ClassificationRequest request, IReadOnlyList<string> problems)
    {
        IReadOnlyList<string>? names = bank.Settings?.Labels ?? arguments.ClassNames?.All ?? arguments.Preset?.Classes;
        IReadOnlyList<string> labels = names?.Count == bank.Classes ? names : [.. Enumerable.Range(0, bank.Classes).Select(index => $"class {index}")];
        PosteriorSummary? posterior = ResolvePosterior(bank.Settings, manifest, request);
        var subject = new ReportSubject(bank.Settings?.Model ?? "unknown model", bank.Settings?.Data ?? Path.GetFileName(file), arguments.Preset, labels, posterior,
            bank.Settings is { } settings ? SettingsDifference.Of(settings) : null, problems);
        EvaluationReport report = ReportBuilder.Build(subject, BankStatistics.Results(bank, labels, posterior?.Beta ?? 1)) with
        {
            Strategies = new BankReplay(bank).Run(),
            Timesteps = BankStatistics.Timesteps(bank),
        };
        ReportFiles.Write(arguments.Folder!, report);
        return Outcome.Show(report, arguments.Folder, arguments.Json, problems);
    }

    // As for a request, of errors that all count alike. A bank from elsewhere may not know C·H·W, which the paper's posterior needs.
    private static PosteriorSummary? ResolvePosterior(BankSettings? settings, ModelManifest? manifest, ClassificationRequest request)
    {
        double? fitted = manifest is null ? null : TrialWeights.FittedBeta(Weighting.Uniform, manifest, settings?.Loss ?? manifest.DefaultLoss);
        if (request.Posterior == PosteriorPreset.Fitted && fitted is null)
            throw new UserException("--posterior fitted needs the model that made the bank, with a posterior fitted for its loss: name it by --model, or choose paper or mean.");
        if ((settings?.Elements ?? manifest?.Latent.Length) is not { } elements)
        {
            if (request.Temperature is null && request.Posterior != PosteriorPreset.Mean)
                return null;
            elements = 1; // not used
        }

        Sharpness sharpness = Sharpness.Resolve(request.Temperature, request.Posterior, fitted, elements);
        return new PosteriorSummary(sharpness.Preset, sharpness.Beta, sharpness.Calibrated);
    }
}
