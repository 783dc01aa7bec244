namespace DiffusionClassifier.Core.Tests.Scoring;

/// <summary>Errors made up at random, with means over all N trials that are known exactly: arm 0 is the best.</summary>
internal static class SimulatedBank
{
    /// <summary>Standard normal (Box–Muller).</summary>
    public static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Student's t with 5 degrees of freedom, scaled to variance 1: its fourth moment is three times the normal's.</summary>
    public static double HeavyTailed(Random random)
    {
        double squares = 0;
        for (int i = 0; i < 5; i++)
        {
            double normal = Gaussian(random);
            squares += normal * normal;
        }

        return Gaussian(random) / Math.Sqrt(squares / 5) * Math.Sqrt(3.0 / 5);
    }

    /// <summary>Student's t with 2 degrees of freedom: it has no variance.</summary>
    public static double WithoutVariance(Random random) =>
        Gaussian(random) / Math.Sqrt((Math.Pow(Gaussian(random), 2) + Math.Pow(Gaussian(random), 2)) / 2);

    /// <summary>e^(1.5·normal): skewed, now and then fifty times as large as usual.</summary>
    public static double Skewed(Random random) => Math.Exp(1.5 * Gaussian(random));

    /// <param name="random">Source of everything.</param>
    /// <param name="noise">Draws of variance 1.</param>
    /// <param name="trials">N.</param>
    /// <param name="offsets">How much worse each arm is over all trials, in standard errors √(2/N) of a difference.</param>
    /// <returns>[trial][arm].</returns>
    public static double[][] Create(Random random, Func<Random, double> noise, int trials, double[] offsets)
    {
        double[][] errors = [.. Enumerable.Range(0, trials).Select(_ => offsets.Select(_ => noise(random)).ToArray())];
        for (int arm = 0; arm < offsets.Length; arm++)
        {
            double shift = offsets[arm] * Math.Sqrt(2.0 / trials) - errors.Average(row => row[arm]);
            foreach (double[] row in errors)
                row[arm] += shift;
        }

        return errors;
    }
}
