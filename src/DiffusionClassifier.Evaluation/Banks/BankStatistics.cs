using System.Numerics.Tensors;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Runs;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>What a bank tells without any strategy: all labels on all trials, and each timestep by itself. Stateless.</summary>
internal static class BankStatistics
{
    private const int MostPoints = 32; // of a curve that is still readable

    /// <summary>The answers of all labels on all trials, with equal priors.</summary>
    /// <param name="bank">The errors.</param>
    /// <param name="labels">Names of its classes.</param>
    /// <param name="beta">β of the posterior.</param>
    public static IReadOnlyList<ImageResult> Results(ErrorBank bank, IReadOnlyList<string> labels, double beta) =>
        [.. Enumerable.Range(0, bank.Images).Select(image => Result(bank, image, labels, beta))];

    /// <summary>The timesteps in order, with neighbors combined if there are many.</summary>
    public static IReadOnlyList<TimestepScore> Timesteps(ErrorBank bank)
    {
        int[] trials = [.. Enumerable.Range(0, bank.Trials).OrderBy(trial => bank.Timesteps[trial])];
        return [.. trials.Chunk((trials.Length + MostPoints - 1) / MostPoints).Select(chunk => Score(bank, chunk))];
    }

    private static ImageResult Result(ErrorBank bank, int image, IReadOnlyList<string> labels, double beta)
    {
        double[] means = bank.MeanErrors(image);
        double[] posteriors = Posterior.Softmax([.. means.Select(mean => -beta * mean)]);
        int[] ranking = [.. Enumerable.Range(0, means.Length).OrderBy(label => means[label])];
        int truth = bank.Labels[image], rows = bank.Trials * bank.Classes;
        return new ImageResult(
            bank.ImageIndices[image], $"#{bank.ImageIndices[image]}", labels[truth], labels[ranking[0]], Array.IndexOf(ranking, truth) + 1,
            posteriors[ranking[0]], posteriors[truth], rows, rows, bank.Trials,
            Margin: ranking.Length > 1 ? means[ranking[1]] - means[ranking[0]] : null,
            MarginStandardError: null, Seconds: 0, FixedPrediction: null);
    }

    private static TimestepScore Score(ErrorBank bank, int[] trials)
    {
        double error = 0, margin = 0;
        int right = 0, count = bank.Images * trials.Length;
        foreach (int trial in trials)
        {
            for (int image = 0; image < bank.Images; image++)
            {
                ReadOnlySpan<float> errors = bank.Errors(image, trial);
                int truth = bank.Labels[image];
                error += errors[truth];
                margin += (TensorPrimitives.Sum(errors) - errors[truth]) / Math.Max(1, errors.Length - 1) - errors[truth];
                right += TensorPrimitives.IndexOfMin(errors) == truth ? 1 : 0;
            }
        }

        return new TimestepScore(trials.Average(trial => bank.Timesteps[trial]), error / count, margin / count, (double)right / count);
    }
}
