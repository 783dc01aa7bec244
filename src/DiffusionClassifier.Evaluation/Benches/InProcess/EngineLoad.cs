using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Evaluation.Benches.InProcess;

/// <summary>
/// Keeps an engine busy with requests as clients send them: the model's own trials, all its classes if no labels are given, several at a
/// time, forever.
/// </summary>
internal sealed class EngineLoad(ClassificationEngine engine, IReadOnlyList<string>? labels)
{
    private const int Requests = 4; // while one is answered and the next decoded, the others keep the batches full

    /// <summary>Ends only by cancellation, without an exception.</summary>
    public Task RunAsync(CancellationToken stop)
    {
        var request = new ClassificationRequest
        {
            Image = default,
            Strategy = Strategy.Fixed,
            Labels = DefaultLabels.Of(engine.Models.Default.Manifest, labels),
        };
        return Task.WhenAll(Enumerable.Range(0, Requests).Select(first => RepeatAsync(request, (ulong)first, stop)));
    }

    private async Task RepeatAsync(ClassificationRequest request, ulong first, CancellationToken stop)
    {
        try
        {
            for (ulong seed = first; ; seed += Requests)
                await engine.Submit(new Submission(request with { Seed = seed }), stop).Result;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }
}
