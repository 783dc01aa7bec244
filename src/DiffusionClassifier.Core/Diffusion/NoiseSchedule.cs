namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// The variance-preserving forward process: x_t = √ᾱ_t·x₀ + √(1−ᾱ_t)·ε, ᾱ_t = Π_{i≤t}(1−β_i), for t = 0…T−1.
/// Computed in double throughout: in half precision 1−ᾱ₀ is already off by 15%.
/// </summary>
/// <remarks>Formulas: diffusers, scheduling_ddpm.py (betas) and Lin et al. 2023 (zero terminal SNR). Immutable.</remarks>
public sealed class NoiseSchedule
{
    private const double CosineOffset = 0.008; // Nichol and Dhariwal 2021, eq. 17: keeps β_0 from vanishing
    private const double CosineMaxBeta = 0.999; // ibid.: prevents a singularity at t = T
    private const double SigmoidRange = 6;
    private const int MaxTimesteps = 1_000_000; // 1,000 times what models use: a damaged number becomes a message, not gigabytes

    private readonly double[] _alphasCumprod;

    private NoiseSchedule(NoiseScheduleConfig config, double[] alphasCumprod) => (Config, _alphasCumprod) = (config, alphasCumprod);

    /// <summary>What it was made of.</summary>
    public NoiseScheduleConfig Config { get; }

    /// <summary>T: valid timesteps are 0…T−1.</summary>
    internal int Timesteps => _alphasCumprod.Length;

    /// <summary>ᾱ_t for t = 0…T−1, descending, in [0, 1).</summary>
    public IReadOnlyList<double> AlphasCumprod => _alphasCumprod;

    /// <exception cref="InvalidDataException">
    /// A value from which no schedule can be built; the message names the field of scheduler_config.json.
    /// </exception>
    public static NoiseSchedule Create(NoiseScheduleConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.TrainTimesteps is < 1 or > MaxTimesteps)
            throw new InvalidDataException($"num_train_timesteps is {config.TrainTimesteps}; it must be from 1 to {MaxTimesteps:N0}.");
        double[] betas = Betas(config);
        int bad = Array.FindIndex(betas, beta => !(beta is >= 0 and < 1));
        if (bad >= 0)
            throw new InvalidDataException($"beta[{bad}] is {betas[bad]}; every beta must lie in [0, 1).");

        var alphasCumprod = new double[betas.Length];
        double product = 1;
        for (int t = 0; t < betas.Length; t++)
            alphasCumprod[t] = product *= 1 - betas[t];
        if (config.RescaleBetasZeroSnr)
            RescaleToZeroTerminalSnr(alphasCumprod, config.FinalAlphaCumprod ?? 0);
        return new NoiseSchedule(config, alphasCumprod);
    }

    /// <summary>√ᾱ_t, the share of the image in x_t.</summary>
    public double SignalRate(int timestep) => Math.Sqrt(_alphasCumprod[timestep]);

    /// <summary>√(1−ᾱ_t), the share of the noise in x_t.</summary>
    public double NoiseRate(int timestep) => Math.Sqrt(1 - _alphasCumprod[timestep]);

    private static double[] Betas(NoiseScheduleConfig config)
    {
        int count = config.TrainTimesteps;
        if (config.TrainedBetas is { } trained)
        {
            return trained.Count == count
                ? [.. trained]
                : throw new InvalidDataException($"trained_betas has {trained.Count} values; num_train_timesteps says {count}.");
        }

        double start = config.BetaStart, end = config.BetaEnd;
        return config.Schedule switch
        {
            BetaSchedule.Linear => Sequence(count, i => Lerp(start, end, i, count)),
            BetaSchedule.ScaledLinear => Sequence(count, i => Square(Lerp(Math.Sqrt(start), Math.Sqrt(end), i, count))),
            BetaSchedule.SquaredCosCapV2 => Sequence(count, i => Math.Min(1 - Cosine(i + 1, count) / Cosine(i, count), CosineMaxBeta)),
            BetaSchedule.Sigmoid => Sequence(count, i => Sigmoid(Lerp(-SigmoidRange, SigmoidRange, i, count)) * (end - start) + start),
            _ => throw new InvalidDataException($"beta_schedule '{config.Schedule}' is unknown."),
        };
    }

    private static void RescaleToZeroTerminalSnr(double[] alphasCumprod, double finalAlphaCumprod)
    {
        double first = Math.Sqrt(alphasCumprod[0]), last = Math.Sqrt(alphasCumprod[^1]);
        if (!(first > last))
        {
            throw new InvalidDataException(
                "rescale_betas_zero_snr needs a schedule whose noise grows from the first timestep to the last.");
        }

        for (int t = 0; t < alphasCumprod.Length; t++)
            alphasCumprod[t] = Square((Math.Sqrt(alphasCumprod[t]) - last) * first / (first - last));
        alphasCumprod[^1] = finalAlphaCumprod;
    }

    private static double[] Sequence(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(value)];

    private static double Lerp(double from, double to, int index, int count) =>
        count == 1 ? from : from + (to - from) * index / (count - 1);

    private static double Cosine(int step, int count) =>
        Square(Math.Cos(((double)step / count + CosineOffset) / (1 + CosineOffset) * Math.PI / 2));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Square(double x) => x * x;
}
