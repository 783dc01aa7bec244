using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Live;

/// <summary>Classifies the images of a data set that a log does not have yet, and writes each result as it comes.</summary>
/// <param name="engine">Runs the model.</param>
/// <param name="request">Every request, except for its image.</param>
/// <param name="candidates">The labels, and which of them are true.</param>
/// <param name="compareFixed">Whether to run all labels on all trials as well.</param>
/// <param name="judge">Judges the answers' explanations; null: they have none.</param>
internal sealed class LiveRun(
    ClassificationEngine engine, ClassificationRequest request, Candidates candidates, bool compareFixed, ExplanationJudge? judge)
{
    /// <summary>The true label of an image.</summary>
    public string TruthOf(LabelledImage image) => candidates.Names[candidates.TruthOfClass[image.Class]];

    /// <returns>The problems of single images.</returns>
    public Task<IReadOnlyList<string>> RunAsync(
        IReadOnlyList<LabelledImage> images, ResultLog<ImageResult> log, RunningScore score, CancellationToken cancellationToken) =>
        ConcurrentRuns.RunAsync(images.Where(image => !log.Has(image.Index)), image => image.Name, async (image, cancellation) =>
        {
            ReadOnlyMemory<byte> file = await image.ReadAsync(cancellation);
            ClassificationResult answer = await AskAsync(request with { Image = file }, cancellation);
            bool chosen = answer.Decision.ChosenDraws is not null; // compared on the same draws
            ClassificationResult? all = compareFixed
                ? await AskAsync(Fixed(request, answer.Decision.MaxTrials, chosen) with { Image = file }, cancellation)
                : null;
            ImageResult result = ImageResult.From((image.Index, image.Name), TruthOf(image), answer, all);
            if (judge is not null)
                result = result with { Explained = await judge.JudgeAsync(image.Index, file, answer, cancellation) };
            log.Add(result);
            score.Add(result.IsRight);
        }, cancellationToken);

    private Task<ClassificationResult> AskAsync(ClassificationRequest one, CancellationToken cancellationToken) =>
        engine.Submit(new Submission(one), cancellationToken).Result;

    /// <summary>The same request for all labels on all trials, to their end.</summary>
    /// <param name="request">A request with another strategy.</param>
    /// <param name="trials">The most trials that it may use.</param>
    /// <param name="chosen">Whether its trials begin with chosen draws.</param>
    internal static ClassificationRequest Fixed(ClassificationRequest request, int trials, bool chosen) => request with
    {
        Strategy = Strategy.Fixed,
        Draws = chosen ? DrawChoice.Chosen : DrawChoice.Even,
        Confidence = null,
        TopK = null,
        Trials = trials,
        StageSamples = null,
        StageKeep = null,
        TrialsPerTimestep = null,
        DeadlineMs = null,
        Explain = null,
    };
}
