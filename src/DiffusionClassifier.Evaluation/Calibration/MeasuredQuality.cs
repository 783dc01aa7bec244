using System.Numerics.Tensors;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>Measures how good posteriors are on labeled images. Stateless.</summary>
internal static class MeasuredQuality
{
    /// <param name="logPosteriors">log p of every class for each image: logarithms, because p of a rival may underflow.</param>
    /// <param name="labels">The true class of each.</param>
    public static PosteriorQuality Of(IReadOnlyList<double[]> logPosteriors, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(logPosteriors);
        ArgumentNullException.ThrowIfNull(labels);
        int[] winners = [.. logPosteriors.Select(image => Posterior.ArgMax(image))];
        // Rounding may give slightly more than 1.
        double[] confidences = [.. logPosteriors.Select((image, i) => Math.Min(1, Math.Exp(image[winners[i]])))];
        bool[] correct = [.. winners.Select((winner, i) => winner == labels[i])];
        return new PosteriorQuality(
            logPosteriors.Select((image, i) => -image[labels[i]]).Average(),
            CalibrationError.Expected(confidences, correct),
            correct.Count(right => right) / (double)correct.Length);
    }

    /// <summary>For the posteriors softmax(−β·meanError).</summary>
    public static PosteriorQuality Of(LabelledErrors data, double beta) =>
        Of(LogPosteriors(data, beta), [.. Enumerable.Range(0, data.Count).Select(data.Label)]);

    /// <summary>log softmax(−β·meanError) of every image.</summary>
    public static IReadOnlyList<double[]> LogPosteriors(LabelledErrors data, double beta)
    {
        ArgumentNullException.ThrowIfNull(data);
        return [.. Enumerable.Range(0, data.Count).Select(image => LogSoftmax(data.Errors(image), beta))];
    }

    private static double[] LogSoftmax(ReadOnlySpan<double> errors, double beta)
    {
        double min = TensorPrimitives.Min(errors), sum = 0;
        foreach (double error in errors)
            sum += Math.Exp(-beta * (error - min));
        var logs = new double[errors.Length];
        for (int i = 0; i < logs.Length; i++)
            logs[i] = -beta * (errors[i] - min) - Math.Log(sum);
        return logs;
    }
}
