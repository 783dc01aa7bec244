using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Harness;
using DiffusionClassifier.Evaluation.Reports;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>Makes a bank of errors, and reports on it: all labels on all trials, every strategy, every timestep.</summary>
/// <param name="harness">Runs the model.</param>
/// <param name="plan">The images, the bank and where the report goes, if there is to be one.</param>
public sealed class BankEvaluation(EvaluationHarness harness, EvaluationPlan plan)
{
    /// <summary>Resumes where it stopped.</summary>
    /// <param name="request">Every request, except for its image.</param>
    /// <param name="cancellationToken">Ends it; what is done is kept.</param>
    /// <exception cref="EvaluationException">The plan cannot be carried out.</exception>
    /// <exception cref="ClassificationException">The request is wrong, whatever the image.</exception>
    public async Task<EvaluationOutcome> RunAsync(ClassificationRequest request, CancellationToken cancellationToken)
    {
        (DataSet data, Candidates candidates, IReadOnlyList<LabelledImage> images) = harness.Open(plan, request);
        ClassificationRequest whole = request with { Labels = candidates.Labels };
        using var run = new BankRun(plan.Bank!, whole, harness.Model, candidates, data.Title, plan.Join);
        run.RequireRoomFor(images);
        run.RequireIn(plan.Subset);
        IReadOnlyList<string> problems = await harness.RunAsync(
            images.Count,
            "top-1",
            images.Count(image => run.Has(image.Index)),
            right: null,
            (session, score) => run.RunAsync(session.Engine, images, score, cancellationToken),
            cancellationToken);
        if (!run.Save())
            throw EvaluationException.NothingToReport(problems);
        if (plan.Folder is null)
            return new EvaluationOutcome(null, null, null, problems);
        EvaluationReport report = Build(plan, plan.Bank!, ErrorBank.Load(plan.Bank!), harness.Manifest, request, problems) with
        {
            Baseline = await harness.RunBaselineAsync(plan, request, candidates, images, cancellationToken),
        };
        var pictures = new Thumbnails(harness, plan.Folder);
        return ReportFiles.Write(plan.Folder, await pictures.AddAsync(report, images, _ => null, cancellationToken));
    }

    /// <summary>Replays every strategy on a bank and writes the report.</summary>
    /// <param name="plan">Where it goes, and names for a bank that has none.</param>
    /// <param name="file">The bank's file.</param>
    /// <param name="bank">The bank.</param>
    /// <param name="manifest">The model that made it; null if that is not here.</param>
    /// <param name="request">Says how errors become posteriors.</param>
    /// <param name="problems">Why single images are not in the bank.</param>
    /// <exception cref="EvaluationException">The requested posterior needs the model.</exception>
    public static EvaluationOutcome Report(
        EvaluationPlan plan,
        string file,
        ErrorBank bank,
        ModelManifest? manifest,
        ClassificationRequest request,
        IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(request);
        return ReportFiles.Write(plan.Folder!, Build(plan, file, bank, manifest, request, problems));
    }

    private static EvaluationReport Build(
        EvaluationPlan plan,
        string file,
        ErrorBank bank,
        ModelManifest? manifest,
        ClassificationRequest request,
        IReadOnlyList<string> problems)
    {
        IReadOnlyList<string>? names = bank.Settings?.Labels ?? plan.ClassNames?.All ?? plan.Preset?.Classes;
        if (names?.Count != bank.Classes)
            names = [.. Enumerable.Range(0, bank.Classes).Select(index => $"class {index}")];
        PosteriorSummary? posterior = ResolvePosterior(bank.Settings, manifest, request);
        var subject = new ReportSubject(
            plan.Origin,
            bank.Settings?.Model ?? "unknown model",
            bank.Settings?.Data ?? Path.GetFileName(file),
            plan.Preset,
            names,
            posterior,
            bank.Settings is { } settings ? SettingsDifference.Of(settings) : null,
            problems);
        return ReportBuilder.Build(subject, BankStatistics.Results(bank, names, posterior?.Beta ?? 1)) with
        {
            Strategies = new BankReplay(bank).Run(),
            Timesteps = BankStatistics.Timesteps(bank),
        };
    }

    // As for a request, for errors of equal weight. A bank from elsewhere may not know C·H·W, which the paper's posterior needs.
    private static PosteriorSummary? ResolvePosterior(BankSettings? settings, ModelManifest? manifest, ClassificationRequest request)
    {
        double? fitted = manifest is null ? null : manifest.FittedBeta(settings?.Loss ?? manifest.DefaultLoss, Weighting.Uniform);
        if (request.Posterior == PosteriorPreset.Fitted && fitted is null)
        {
            throw new EvaluationException("--posterior fitted needs the model that made the bank, with a posterior fitted for its loss: "
                + "name it with --model, or choose paper or mean.");
        }

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
