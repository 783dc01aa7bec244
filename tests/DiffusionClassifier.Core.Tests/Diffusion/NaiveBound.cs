namespace DiffusionClassifier.Core.Tests.Diffusion;

/// <summary>The terms of the variational bound for one element, written from the formulas of Ho et al. 2020 and Nichol and Dhariwal 2021.</summary>
internal static class NaiveBound
{
    /// <returns>The divergence between the true posterior and the model's step, in bits.</returns>
    public static double KullbackLeibler(IReadOnlyList<double> alphasCumprod, int t, double latent, double noised, double epsilon, double v)
    {
        (double trueMean, double trueVariance) = Posterior(alphasCumprod, t, latent, noised);
        (double mean, double variance) = Model(alphasCumprod, t, noised, epsilon, v);
        return GaussianDivergence(trueMean, trueVariance, mean, variance) / Math.Log(2);
    }

    /// <returns>The negative log likelihood of x₀ in its bin, in bits.</returns>
    public static double DecoderNll(IReadOnlyList<double> alphasCumprod, int t, double latent, double noised, double epsilon, double v)
    {
        (double mean, double variance) = Model(alphasCumprod, t, noised, epsilon, v);
        double low = latent < -0.999 ? 0 : Cdf((latent - 1.0 / 255 - mean) / Math.Sqrt(variance));
        double high = latent > 0.999 ? 1 : Cdf((latent + 1.0 / 255 - mean) / Math.Sqrt(variance));
        return -Math.Log2(Math.Max(high - low, 1e-12));
    }

    /// <summary>Mean and variance of q(x_{t−1}|x_t, x₀); the variance of t = 1 stands in for t = 0 (Ho et al., eq. 7).</summary>
    public static (double Mean, double Variance) Posterior(IReadOnlyList<double> alphasCumprod, int t, double latent, double noised)
    {
        double bar = alphasCumprod[t], previous = t == 0 ? 1 : alphasCumprod[t - 1], alpha = bar / previous, beta = 1 - alpha;
        double mean = Math.Sqrt(previous) * beta / (1 - bar) * latent + Math.Sqrt(alpha) * (1 - previous) / (1 - bar) * noised;
        return (mean, PosteriorVariance(alphasCumprod, Math.Max(t, 1)));
    }

    /// <summary>Mean and variance of p(x_{t−1}|x_t) (Nichol and Dhariwal, eq. 15).</summary>
    public static (double Mean, double Variance) Model(IReadOnlyList<double> alphasCumprod, int t, double noised, double epsilon, double v)
    {
        double bar = alphasCumprod[t], beta = 1 - bar / (t == 0 ? 1 : alphasCumprod[t - 1]);
        double latent = (noised - Math.Sqrt(1 - bar) * epsilon) / Math.Sqrt(bar);
        (double mean, double smallest) = Posterior(alphasCumprod, t, latent, noised);
        return (mean, Math.Pow(beta, (v + 1) / 2) * Math.Pow(smallest, (1 - v) / 2));
    }

    public static double GaussianDivergence(double mean1, double variance1, double mean2, double variance2) =>
        0.5 * Math.Log(variance2 / variance1) + (variance1 + (mean1 - mean2) * (mean1 - mean2)) / (2 * variance2) - 0.5;

    private static double PosteriorVariance(IReadOnlyList<double> alphasCumprod, int t) =>
        (1 - alphasCumprod[t] / alphasCumprod[t - 1]) * (1 - alphasCumprod[t - 1]) / (1 - alphasCumprod[t]);

    // Page's approximation, which the reference uses in place of the error function.
    private static double Cdf(double x) => 0.5 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * Math.Pow(x, 3))));
}
