using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>Answers with an engine in this process.</summary>
/// <param name="engines">Starts it.</param>
/// <param name="model">Its model.</param>
/// <param name="device">What it runs on; null: the best there is.</param>
/// <param name="verbose">Whether to show its log.</param>
internal sealed class EngineAnswers(Engines engines, SingleModel model, DeviceOptions? device, bool verbose) : IImageAnswers
{
    public async Task RunAsync(IReadOnlyList<string> files, ClassificationRequest request, IProgressDisplay progress,
        Action<ImageOutcome> ready, CancellationToken cancellationToken)
    {
        using EngineSession session = await engines.StartAsync(model, device, verbose, cancellationToken);
        await new ImageClassifier(session.Engine, model.InsteadOf, engines.MaxImageBytes)
            .RunAsync(files, request, progress, outcome => ready(Warn(outcome)), cancellationToken);
    }

    private ImageOutcome Warn(ImageOutcome outcome) => outcome.Answer is { } answer && model.Warning is { } warning
        ? outcome with { Answer = answer with { Warnings = [warning, .. answer.Warnings] } }
        : outcome;
}
