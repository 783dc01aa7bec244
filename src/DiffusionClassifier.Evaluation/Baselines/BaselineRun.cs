using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Runs;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Baselines;

/// <summary>Fits a linear classifier to features of training images, and measures it on other images.</summary>
/// <param name="features">The network.</param>
/// <param name="images">Reads image files.</param>
/// <param name="time">The clock.</param>
internal sealed class BaselineRun(IImageFeatures features, IImagePreprocessor images, TimeProvider time)
{
    /// <param name="plan">What it is fitted to.</param>
    /// <param name="training">The training images with the index of their label.</param>
    /// <param name="trainedOn">Their data set.</param>
    /// <param name="measured">The images to measure on, likewise.</param>
    /// <param name="labels">How many labels there are.</param>
    /// <param name="seed">Seed of what is chosen.</param>
    /// <param name="display">Shows how far it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EvaluationException">There is nothing to fit to, or to measure on.</exception>
    public async Task<BaselineScore> RunAsync(BaselinePlan plan, IReadOnlyList<(LabelledImage Image, int Label)> training, string trainedOn,
        IReadOnlyList<(LabelledImage Image, int Label)> measured, int labels, ulong seed, IProgressDisplay display,
        CancellationToken cancellationToken)
    {
        if (labels < 2)
            throw new EvaluationException("A baseline needs at least two labels to tell apart.");
        int total = training.Count + measured.Count;
        display.Note("reading training images");
        (List<float[]> known, List<int> classes, _) = await ReadAsync(training, 0, total, display, cancellationToken);
        if (known.Count == 0)
        {
            throw new EvaluationException(
                $"--baseline-data: none of the images of {trainedOn} has one of the labels, or none can be read.");
        }

        display.Note("fitting");
        LinearProbe probe = await Task.Run(() => LinearProbe.Fit(known, classes, labels, seed), cancellationToken);
        display.Note("measuring");
        (List<float[]> seen, List<int> truths, TimeSpan elapsed) =
            await ReadAsync(measured, training.Count, total, display, cancellationToken);
        if (seen.Count == 0)
            throw new EvaluationException("None of the images can be read.");
        long begin = time.GetTimestamp();
        double[][] posteriors = [.. seen.Select(probe.Posterior)];
        elapsed += time.GetElapsedTime(begin);
        int[] winners = [.. posteriors.Select(posterior => posterior.AsSpan().IndexOf(posterior.Max()))];
        bool[] right = [.. winners.Zip(truths, (winner, truth) => winner == truth)];
        Proportion top1 = Proportion.Of(right, isRight => isRight);
        double[] confidences = [.. posteriors.Select(posterior => Math.Min(1, posterior.Max()))];
        return new BaselineScore($"{plan.Name} ({features.Name}, linear classifier)", trainedOn, known.Count, seen.Count, top1.Value,
            top1.StandardError, top1.Interval, CalibrationError.Expected(confidences, right), elapsed.TotalSeconds / seen.Count);
    }

    // Images that cannot be read are left out, as they are of the model's own results.
    private async Task<(List<float[]> Features, List<int> Labels, TimeSpan Elapsed)> ReadAsync(
        IReadOnlyList<(LabelledImage Image, int Label)> labelled, int done, int total, IProgressDisplay display,
        CancellationToken cancellationToken)
    {
        List<float[]> read = [];
        List<int> labels = [];
        TimeSpan elapsed = TimeSpan.Zero;
        foreach ((LabelledImage image, int label) in labelled)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                ReadOnlyMemory<byte> file = await image.ReadAsync(cancellationToken);
                PixelImage pixels = images.Load(file, images.ReadHeader(file), ImageMode.Default, features.Preprocessing);
                long begin = time.GetTimestamp();
                read.Add(await Task.Run(() => features.Read(pixels), cancellationToken));
                elapsed += time.GetElapsedTime(begin);
                labels.Add(label);
            }
            catch (Exception exception) when (ConcurrentRuns.IsOfOnePicture(exception))
            {
            }

            display.Report((double)++done / total);
        }

        return (read, labels, elapsed);
    }
}
