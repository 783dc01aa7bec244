using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Calibration;

namespace DiffusionClassifier.Evaluation.Tests.Calibration;

/// <summary>Labeled errors of a world whose truth is known.</summary>
internal static class SimulatedErrors
{
    /// <summary>Errors of which softmax(−β·error) is the very distribution of the labels.</summary>
    public static LabelledErrors WithBeta(double beta, int images, int seed, int classes = 5)
    {
        var random = new Random(seed);
        double[][] errors =
        [
            .. Enumerable.Range(0, images).Select(_ => Enumerable.Range(0, classes).Select(_ => 1 + Normal(random) / beta).ToArray()),
        ];
        return new LabelledErrors(errors, errors.Select(means => Draw(random, means, beta)));
    }

    /// <summary>
    /// A bank on t = 0, 10, 20 …: below <paramref name="noiseFrom"/> the true class has the smaller error, from there on errors are noise
    /// alone.
    /// </summary>
    public static ErrorBank Bank(int images, int trials, int noiseFrom, double noise, int seed, int classes = 4)
    {
        var random = new Random(seed);
        int[] timesteps = [.. Enumerable.Range(0, trials).Select(s => 10 * s)], labels =
        [
            .. Enumerable.Range(0, images).Select(_ => random.Next(classes)),
        ];
        var errors = new float[images * trials * classes];
        for (int i = 0; i < errors.Length; i++)
        {
            int image = i / (trials * classes), trial = i / classes % trials, label = i % classes;
            bool tells = timesteps[trial] < noiseFrom;
            errors[i] = (float)(1 + (tells && label == labels[image] ? -0.1 : 0) + (tells ? 0.5 : noise) * Normal(random));
        }

        return new ErrorBank(errors, timesteps, labels);
    }

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static int Draw(Random random, double[] errors, double beta)
    {
        double[] weights = [.. errors.Select(error => Math.Exp(-beta * (error - errors.Min())))];
        double left = random.NextDouble() * weights.Sum();
        int label = 0;
        while (label + 1 < weights.Length && (left -= weights[label]) > 0)
            label++;
        return label;
    }
}
