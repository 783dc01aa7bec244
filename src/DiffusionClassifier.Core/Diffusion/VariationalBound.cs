namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// One term of the variational bound of a model with learned variance, in bits per dimension: the Kullback–Leibler divergence between the
/// true posterior q(x_{t−1}|x_t, x₀) and the model's p(x_{t−1}|x_t). Computed in double.
/// </summary>
/// <remarks>
/// Formulas: Nichol and Dhariwal 2021, eq. 10-15; DiT's gaussian_diffusion.py (<c>_vb_terms_bpd</c>, with the predicted x₀ not clipped)
/// as eval_prob_dit.py uses it for <c>--save_vb</c>.
/// </remarks>
internal static class VariationalBound
{
    private const double LogTwo = 0.69314718055994531;

    /// <param name="schedule">The noise schedule; its first timestep is t = 0.</param>
    /// <param name="timestep">t of this row.</param>
    /// <param name="latent">x₀, C·H·W values.</param>
    /// <param name="noised">x_t.</param>
    /// <param name="epsilon">ε̂.</param>
    /// <param name="variance">The model's v, between −1 and 1, by which it interpolates between β̃ and β (log scale).</param>
    /// <returns>The mean over all elements, in bits.</returns>
    public static double KullbackLeibler(NoiseSchedule schedule, int timestep, ReadOnlySpan<float> latent, ReadOnlySpan<float> noised,
        ReadOnlySpan<float> epsilon, ReadOnlySpan<float> variance)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ReverseStep step = ReverseStep.At(schedule, timestep);
        double sum = 0;
        for (int i = 0; i < latent.Length; i++)
        {
            double logVariance = step.LogVariance(variance[i]);
            // Both means share the term in x_t: they differ by the coefficient of x₀ alone.
            double meanDifference = step.LatentWeight * (latent[i] - step.PredictedLatent(noised[i], epsilon[i]));
            sum += 0.5 * (-1 + logVariance - step.TrueLogVariance
                + Math.Exp(step.TrueLogVariance - logVariance) + meanDifference * meanDifference * Math.Exp(-logVariance));
        }

        return sum / latent.Length / LogTwo;
    }

    /// <summary>
    /// The negative log likelihood of x₀ under p(x_{t−1}|x_t), discretized into bins of 1/255 over [−1, 1]: the bound's last term at
    /// t = 0. The reference saves it for every t; no score uses it.
    /// </summary>
    /// <inheritdoc cref="KullbackLeibler"/>
    public static double DecoderNll(NoiseSchedule schedule, int timestep, ReadOnlySpan<float> latent, ReadOnlySpan<float> noised,
        ReadOnlySpan<float> epsilon, ReadOnlySpan<float> variance)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ReverseStep step = ReverseStep.At(schedule, timestep);
        double sum = 0;
        for (int i = 0; i < latent.Length; i++)
        {
            double mean = step.LatentWeight * step.PredictedLatent(noised[i], epsilon[i]) + step.NoisedWeight * noised[i];
            sum -= LogBinProbability(latent[i], (float)mean, (float)Math.Exp(-0.5 * step.LogVariance(variance[i])));
        }

        return sum / latent.Length / LogTwo;
    }

    // diffusion_utils.py, discretized_gaussian_log_likelihood: the outermost bins reach to infinity. In float, as there: far from the mean
    // a bin's probability vanishes in float's rounding and becomes the floor, which is a large part of the sum.
    private static double LogBinProbability(float x, float mean, float inverseDeviation)
    {
        const float HalfBin = 1f / 255, Edge = 0.999f, Floor = 1e-12f;
        float below = NormalCdf(inverseDeviation * (x - mean - HalfBin)), above = NormalCdf(inverseDeviation * (x - mean + HalfBin));
        float probability = x < -Edge ? above : x > Edge ? 1 - below : above - below;
        return Math.Log(Math.Max(probability, Floor));
    }

    // The tanh approximation of the normal distribution function that the reference uses, with torch's own tanh (SLEEF), which is 1 from
    // where 1 − tanh falls below float's last bit: that decides which bins vanish.
    private static float NormalCdf(float x)
    {
        const float Saturation = 8.664339742f, RootOfTwoOverPi = 0.7978845608f;
        float argument = RootOfTwoOverPi * (x + 0.044715f * (x * x * x));
        return 0.5f * (1 + (MathF.Abs(argument) > Saturation ? MathF.Sign(argument) : MathF.Tanh(argument)));
    }
}
