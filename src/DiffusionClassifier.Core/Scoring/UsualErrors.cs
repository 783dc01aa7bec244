namespace DiffusionClassifier.Core.Scoring;

/// <summary>
/// How large the winner's errors are on images like those that a model knows, and how much images differ in that: an image with larger
/// errors is unlike them. The posterior cannot tell, because it only compares labels on one image. Immutable.
/// </summary>
/// <remarks>
/// Errors differ more from one end of the schedule to the other than from image to image. So an image is judged by its ratio, the sum of
/// its errors divided by the sum of the usual errors at the same timesteps, whichever they are; 1 is usual.
/// </remarks>
public sealed class UsualErrors
{
    /// <summary>An image is unlike those that a model knows if its ratio is above that of this share of them.</summary>
    public const double Unlike = 0.99;

    private static readonly double[] ShareTable = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];

    private readonly double[] _ratios;

    /// <param name="byTimestep">The mean error of the winners at each timestep; above 0.</param>
    /// <param name="ratios">The ratios that the <see cref="Shares"/> of the images stay below, ascending.</param>
    /// <exception cref="ArgumentException">The numbers are invalid; the message says what they must be.</exception>
    public UsualErrors(TimestepWeights byTimestep, IEnumerable<double> ratios)
    {
        ArgumentNullException.ThrowIfNull(byTimestep);
        (ByTimestep, _ratios) = (byTimestep, [.. ratios]);
        if (byTimestep.Weights.Any(error => error <= 0))
            throw new ArgumentException("must have errors above 0.");
        if (_ratios.Length != ShareTable.Length || !Finite.All<double>(_ratios) || _ratios[0] < 0)
        {
            throw new ArgumentException($"must have {ShareTable.Length} ratios of at least 0: "
                + $"those that {string.Join(", ", ShareTable)} of the images stay below.");
        }

        if (_ratios.Zip(_ratios.Skip(1)).Any(pair => pair.First > pair.Second))
            throw new ArgumentException("must have its ratios in ascending order.");
    }

    /// <summary>Shares of the images, from 0 to 1.</summary>
    public static IReadOnlyList<double> Shares => ShareTable;

    /// <summary>The usual error of a timestep.</summary>
    public TimestepWeights ByTimestep { get; }

    /// <summary>The ratio that each of the <see cref="Shares"/> stays below.</summary>
    public IReadOnlyList<double> Ratios => _ratios;

    /// <summary>The ratio of an image.</summary>
    /// <param name="errors">The winner's errors, with their timesteps; at least one.</param>
    public double Ratio(IEnumerable<(int Timestep, double Error)> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        double sum = 0, usual = 0;
        foreach ((int timestep, double error) in errors)
            (sum, usual) = (sum + error, usual + ByTimestep.At(timestep));
        return sum / usual;
    }

    /// <summary>The share of the images with a smaller ratio: linear between the <see cref="Shares"/>.</summary>
    public double ShareBelow(double ratio)
    {
        int above = Array.FindIndex(_ratios, limit => limit > ratio);
        if (above <= 0)
            return above < 0 ? 1 : 0;
        double place = (ratio - _ratios[above - 1]) / (_ratios[above] - _ratios[above - 1]);
        return ShareTable[above - 1] + place * (ShareTable[above] - ShareTable[above - 1]);
    }
}
