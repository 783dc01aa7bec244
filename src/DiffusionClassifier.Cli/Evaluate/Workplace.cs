using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Evaluate.Data;
using DiffusionClassifier.Cli.Evaluate.Runs;
using DiffusionClassifier.Cli.Models;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Cli.Evaluate;

/// <summary>A model and what it runs on, started only where there is work. Immutable.</summary>
/// <param name="Engines">What runs behind the commands.</param>
/// <param name="Model">The model.</param>
/// <param name="Device">What it runs on; null: the best there is.</param>
/// <param name="Verbose">Whether to show the engine's log.</param>
internal sealed record Workplace(Engines Engines, SingleModel Model, DeviceOptions? Device, bool Verbose)
{
    public ModelManifest Manifest => Model.Manifest;

    /// <summary>Shows a bar and the score so far while an engine works.</summary>
    /// <param name="total">How many things there are.</param>
    /// <param name="measure">What the share of right answers is called.</param>
    /// <param name="done">How many of them an earlier run did.</param>
    /// <param name="right">How many of those right; null: nobody knows.</param>
    /// <param name="work">Does the others.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The problems of single things.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(
        int total, string measure, int done, int? right, Func<EngineSession, RunningScore, Task<IReadOnlyList<string>>> work, CancellationToken cancellationToken)
    {
        if (done == total)
            return [];
        return await ProgressBar.RunAsync($"evaluate {Manifest.Id}", async display =>
        {
            using EngineSession session = await EngineSession.StartAsync(Engines, Model, Device, Verbose, cancellationToken);
            var score = new RunningScore(total, measure, display, Terminal.Progress is not null, TimeProvider.System);
            score.Resume(done, right);
            return await work(session, score);
        });
    }

    /// <summary>The pictures of a data set that the labels and the selection leave.</summary>
    public (DataSet Data, Candidates Candidates, IReadOnlyList<LabelledImage> Images) Open(EvaluateArguments arguments, ClassificationRequest request)
    {
        DataSet data = arguments.Data!.Read(Engines.MaxImageBytes, Engines.WritePng);
        Candidates candidates = new CandidateFinder(data, Manifest, arguments.Preset ?? data.OwnPreset, arguments.ClassNames).Find(request.Labels, request.Template);
        LabelledImage[] known = [.. data.Images.Where(image => candidates.TruthOfClass[image.Class] >= 0)];
        if (known.Length < data.Images.Count)
            ErrorReport.WriteLine($"{data.Images.Count - known.Length} pictures are of classes that are not among the labels: they are left out.");
        return (data, candidates, arguments.Selection.Of(known, request.Seed));
    }
}
