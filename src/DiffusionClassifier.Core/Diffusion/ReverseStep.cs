namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// The coefficients of one step of the reverse process, x_t → x_{t−1} (Ho et al. 2020, eq. 6-7; Nichol and Dhariwal 2021, eq. 15).
/// </summary>
internal readonly struct ReverseStep
{
    private readonly double _logBeta, _signalRate, _noiseRate;

    private ReverseStep(double alphaCumprod, double previous, double logBeta, double trueLogVariance)
    {
        double beta = 1 - alphaCumprod / previous;
        (_logBeta, TrueLogVariance) = (logBeta, trueLogVariance);
        (_signalRate, _noiseRate) = (Math.Sqrt(alphaCumprod), Math.Sqrt(1 - alphaCumprod));
        LatentWeight = beta * Math.Sqrt(previous) / (1 - alphaCumprod);
        NoisedWeight = (1 - previous) * Math.Sqrt(1 - beta) / (1 - alphaCumprod);
    }

    /// <summary>log β̃_t, of the true posterior; that of t = 1 stands in for t = 0, whose variance is 0.</summary>
    public double TrueLogVariance { get; }

    /// <summary>The coefficient of x₀ in the posterior's mean.</summary>
    public double LatentWeight { get; }

    /// <summary>The coefficient of x_t in the posterior's mean.</summary>
    public double NoisedWeight { get; }

    public static ReverseStep At(NoiseSchedule schedule, int timestep)
    {
        IReadOnlyList<double> alphas = schedule.AlphasCumprod;
        double previous = timestep == 0 ? 1 : alphas[timestep - 1];
        int clipped = Math.Max(timestep, Math.Min(1, schedule.Timesteps - 1));
        double clippedPrevious = clipped == 0 ? 1 : alphas[clipped - 1];
        double trueVariance = (1 - alphas[clipped] / clippedPrevious) * (1 - clippedPrevious) / (1 - alphas[clipped]);
        return new ReverseStep(alphas[timestep], previous, Math.Log(1 - alphas[timestep] / previous), Math.Log(trueVariance));
    }

    /// <summary>The model's log variance: <paramref name="v"/> of −1 means β̃, of 1 means β.</summary>
    public double LogVariance(double v)
    {
        double fraction = (v + 1) / 2;
        return fraction * _logBeta + (1 - fraction) * TrueLogVariance;
    }

    /// <summary>x̂₀ = (x_t − √(1−ᾱ)·ε̂)/√ᾱ.</summary>
    public double PredictedLatent(double noised, double epsilon) => (noised - _noiseRate * epsilon) / _signalRate;
}
