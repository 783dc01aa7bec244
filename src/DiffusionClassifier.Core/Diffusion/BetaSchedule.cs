namespace DiffusionClassifier.Core.Diffusion;

/// <summary>The formulas from which diffusers' schedulers build β_t (scheduling_ddpm.py, field <c>beta_schedule</c>).</summary>
public enum BetaSchedule
{
    /// <summary>β evenly spaced from start to end: DDPM, DiT.</summary>
    Linear,

    /// <summary>√β evenly spaced, then squared: Stable Diffusion.</summary>
    ScaledLinear,

    /// <summary>ᾱ follows cos², with β capped at 0.999 (Nichol and Dhariwal 2021).</summary>
    SquaredCosCapV2,

    /// <summary>β follows a sigmoid over [−6, 6] between start and end (GeoDiff).</summary>
    Sigmoid,
}
