namespace DiffusionClassifier.Core.Diffusion;

/// <summary>The fields of a scheduler_config.json that decide ᾱ_t; the defaults are those of diffusers' DDPMScheduler.</summary>
public sealed record NoiseScheduleConfig
{
    /// <summary>Number of training timesteps T, at least 1.</summary>
    public int TrainTimesteps { get; init; } = 1000;

    public BetaSchedule Schedule { get; init; } = BetaSchedule.Linear;

    public double BetaStart { get; init; } = 0.0001;

    public double BetaEnd { get; init; } = 0.02;

    /// <summary>Given betas, one per timestep; they override the formula.</summary>
    public IReadOnlyList<double>? TrainedBetas { get; init; }

    /// <summary>Rescale √ᾱ so that the last timestep has zero signal (Lin et al. 2023, algorithm 1).</summary>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>If set, replaces ᾱ of the last timestep after rescaling: Euler schedulers keep it at 2⁻²⁴ instead of 0.</summary>
    public double? FinalAlphaCumprod { get; init; }
}
