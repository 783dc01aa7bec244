using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Banks;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>
/// Labeled errors with their timesteps, folded onto a few knots: x_k,c = (1/N)·Σ_s h_k(t_s)·error_s,c, where h_k is 1 at knot k and
/// falls to 0 at its neighbors. For weights that are linear between the knots, Σ_k w_k·x_k,c is the mean of the weighted errors.
/// Immutable.
/// </summary>
internal sealed class KnotErrors
{
    // 9 knots over the usual 700-1000 timesteps are about 100 apart: errors change slowly with t, and a few hundred images do not say more.
    private const int MostKnots = 9;

    private readonly double[][] _values; // [image][knot·classes + class]
    private readonly int[] _labels;
    private readonly double[] _shares; // each knot's share of the trials: Σ_k w_k·share_k is the mean weight of a trial

    private KnotErrors(int[] knots, double[] shares, double[] spreads, double[][] values, int[] labels, int classes) =>
        (Knots, _shares, Spreads, _values, _labels, Classes) = (knots, shares, spreads, values, labels, classes);

    /// <summary>Their timesteps, ascending.</summary>
    public IReadOnlyList<int> Knots { get; }

    /// <summary>
    /// How far apart the classes' errors are in a trial at each knot: the root mean square, over the images of the bank, of an error minus
    /// its trial's mean. Errors at high timesteps are small, and so are their differences.
    /// </summary>
    public IReadOnlyList<double> Spreads { get; }

    /// <summary>Images.</summary>
    public int Count => _labels.Length;

    public int Classes { get; }

    /// <param name="bank">Errors of at least two classes.</param>
    /// <exception cref="CalibrationException">There is only one class.</exception>
    public static KnotErrors Create(ErrorBank bank)
    {
        ArgumentNullException.ThrowIfNull(bank);
        if (bank.Classes < 2)
            throw new CalibrationException("The bank has only one class, so any posterior is right.");
        int[] knots = KnotsOf(bank.Timesteps);
        (int Knot, double Share)[] places = [.. bank.Timesteps.Select(timestep => TimestepWeights.Locate(knots, timestep))];
        var shares = new double[knots.Length];
        foreach ((int knot, double share) in places)
            Add(shares, knot, share, 1.0 / places.Length);
        return new KnotErrors(
            knots,
            shares,
            SpreadsOf(bank, places, shares),
            [.. Enumerable.Range(0, bank.Images).Select(image => Fold(bank, image, places, knots.Length))],
            [.. bank.Labels],
            bank.Classes);
    }

    /// <summary>x_k,c of one image: knot-major.</summary>
    public ReadOnlySpan<double> Values(int image) => _values[image];

    /// <summary>The true class of one image.</summary>
    public int Label(int image) => _labels[image];

    /// <summary>The mean over the trials of weights that are linear between the knots.</summary>
    public double MeanWeight(IReadOnlyList<double> weights) => _shares.Zip(weights, (share, weight) => share * weight).Sum();

    /// <summary>The same errors, those of each knot multiplied by a factor.</summary>
    public KnotErrors Scaled(IReadOnlyList<double> factors) =>
        new(
            [.. Knots],
            _shares,
            [.. Spreads.Zip(factors, (spread, factor) => spread * factor)],
            [.. _values.Select(image => image.Select((value, i) => value * factors[i / Classes]).ToArray())],
            _labels,
            Classes);

    /// <summary>Some of the images.</summary>
    public KnotErrors Select(IReadOnlyCollection<int> images) =>
        new(
            [.. Knots],
            _shares,
            [.. Spreads],
            [.. images.Select(image => _values[image])],
            [.. images.Select(image => _labels[image])],
            Classes);

    /// <summary>The means of the weighted errors.</summary>
    /// <param name="weights">At the knots; null: 1 everywhere, the unweighted means.</param>
    public LabelledErrors Weighted(IReadOnlyList<double>? weights = null) =>
        new(_values.Select(image => Weighted(image, weights)), _labels);

    private double[] Weighted(double[] values, IReadOnlyList<double>? weights)
    {
        var means = new double[Classes];
        for (int knot = 0; knot < Knots.Count; knot++)
        {
            for (int label = 0; label < Classes; label++)
                means[label] += (weights?[knot] ?? 1) * values[knot * Classes + label];
        }

        return means;
    }

    private static double[] Fold(ErrorBank bank, int image, (int Knot, double Share)[] places, int knots)
    {
        var values = new double[knots * bank.Classes];
        for (int trial = 0; trial < places.Length; trial++)
        {
            (int knot, double share) = places[trial];
            ReadOnlySpan<float> errors = bank.Errors(image, trial);
            for (int label = 0; label < errors.Length; label++)
                Add(values, knot * bank.Classes + label, share, errors[label] / (double)places.Length, bank.Classes);
        }

        return values;
    }

    private static double[] SpreadsOf(ErrorBank bank, (int Knot, double Share)[] places, double[] shares)
    {
        var squares = new double[shares.Length];
        for (int trial = 0; trial < places.Length; trial++)
        {
            double sum = 0;
            for (int image = 0; image < bank.Images; image++)
                sum += SquaresAboutMean(bank.Errors(image, trial));
            Add(squares, places[trial].Knot, places[trial].Share, sum / places.Length / ((double)bank.Images * bank.Classes));
        }

        return [.. squares.Zip(shares, (square, share) => Math.Sqrt(square / share))];
    }

    private static double SquaresAboutMean(ReadOnlySpan<float> errors)
    {
        double mean = 0, squares = 0;
        foreach (float error in errors)
            mean += error / (double)errors.Length;
        foreach (float error in errors)
            squares += (error - mean) * (error - mean);
        return squares;
    }

    private static int[] KnotsOf(IReadOnlyList<int> timesteps)
    {
        int first = timesteps.Min(), last = timesteps.Max(), count = Math.Min(MostKnots, timesteps.Distinct().Count());
        return count == 1 ? [first] : [.. Enumerable.Range(0, count).Select(k => first + (int)((long)(last - first) * k / (count - 1)))];
    }

    private static void Add(double[] values, int index, double share, double value, int stride = 1)
    {
        values[index] += (1 - share) * value;
        if (share > 0)
            values[index + stride] += share * value;
    }
}
