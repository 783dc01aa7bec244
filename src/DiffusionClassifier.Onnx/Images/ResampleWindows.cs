namespace DiffusionClassifier.Onnx.Images;

/// <summary>
/// For each kept output pixel of one axis: which input pixels it is made of, and their weights as fixed-point integers. Computed in
/// double and rounded away from zero, exactly as Pillow does (precompute_coeffs and normalize_coeffs_8bpc in src/libImaging/Resample.c).
/// </summary>
internal sealed class ResampleWindows
{
    /// <summary>
    /// Fraction bits of a weight. 32 minus 8 for the sample minus 2 for sign and overshoot: a sum of weighted samples fits an int.
    /// </summary>
    public const int FractionBits = 32 - 8 - 2;

    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly int[] _weights;
    private readonly int _stride;

    public ResampleWindows(int inputLength, ResizedAxis output, ResizeFilter filter)
    {
        double scale = inputLength / (double)output.Scaled;
        double stretch = Math.Max(scale, 1);
        double support = ResampleKernel.Support(filter) * stretch;
        // No window is longer than the input, however far an axis is enlarged or reduced.
        _stride = (int)Math.Min(Math.Ceiling(support) * 2 + 1, inputLength);
        _starts = new int[output.Length];
        _lengths = new int[output.Length];
        _weights = new int[checked(output.Length * _stride)];

        double[] exact = new double[_stride];
        for (int i = 0; i < output.Length; i++)
        {
            double center = (output.Start + i + 0.5) * scale;
            int start = Math.Max((int)(center - support + 0.5), 0);
            int end = (int)Math.Min(center + support + 0.5, inputLength);
            _starts[i] = start;
            _lengths[i] = end - start;
            Fill(exact.AsSpan(0, end - start), start, center, 1 / stretch, filter);
            Round(exact.AsSpan(0, end - start), _weights.AsSpan(i * _stride));
        }
    }

    public int Count => _starts.Length;

    /// <summary>The first input pixel that any output pixel needs.</summary>
    public int FirstInput => _starts[0];

    /// <summary>One past the last input pixel that any output pixel needs.</summary>
    public int EndInput => _starts[^1] + _lengths[^1];

    /// <summary>The first input pixel of output pixel <paramref name="index"/>.</summary>
    public int Start(int index) => _starts[index];

    /// <summary>The weights of output pixel <paramref name="index"/>, one for each input pixel from <see cref="Start"/> on.</summary>
    public ReadOnlySpan<int> Weights(int index) => _weights.AsSpan(index * _stride, _lengths[index]);

    private static void Fill(Span<double> weights, int start, double center, double unit, ResizeFilter filter)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = ResampleKernel.Weight(filter, (i + start - center + 0.5) * unit);
            sum += weights[i];
        }

        if (sum == 0)
            return;
        foreach (ref double weight in weights)
            weight /= sum;
    }

    private static void Round(ReadOnlySpan<double> exact, Span<int> rounded)
    {
        for (int i = 0; i < exact.Length; i++)
            rounded[i] = (int)(exact[i] * (1 << FractionBits) + (exact[i] < 0 ? -0.5 : 0.5));
    }
}
