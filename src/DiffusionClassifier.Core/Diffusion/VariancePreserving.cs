namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// x_t = √ᾱ_t·x₀ + √(1−ᾱ_t)·ε, the process of DDPM, DiT and Stable Diffusion 1, 2 and XL (diffusers, scheduling_ddpm.py). Stateless.
/// </summary>
public static class VariancePreserving
{
    /// <param name="config">How ᾱ_t is computed.</param>
    /// <param name="prediction">What the denoiser's output means: ε, v or x₀.</param>
    /// <exception cref="InvalidDataException">No schedule can be built; the message names the field of scheduler_config.json.</exception>
    public static ForwardProcess Create(NoiseScheduleConfig config, PredictionType prediction)
    {
        NoiseSchedule schedule = NoiseSchedule.Create(config);
        return new ForwardProcess(prediction, Describe(config),
            Enumerable.Range(0, schedule.Timesteps).Select(timestep => Step(prediction, schedule, timestep)))
        {
            Schedule = schedule,
        };
    }

    private static ProcessStep Step(PredictionType prediction, NoiseSchedule schedule, int timestep)
    {
        (double signal, double noise) = (schedule.SignalRate(timestep), schedule.NoiseRate(timestep));
        return prediction switch
        {
            PredictionType.Epsilon => new ProcessStep(signal, noise, timestep, OutputFactor: 1),
            // ε̂ = √ᾱ·v̂ + √(1−ᾱ)·x_t
            PredictionType.VPrediction => new ProcessStep(signal, noise, timestep, signal, NoisedFactor: noise),
            // ε̂ = (x_t − √ᾱ·x̂₀) / √(1−ᾱ)
            PredictionType.Sample => new ProcessStep(signal, noise, timestep, -signal / noise, NoisedFactor: 1 / noise),
            _ => throw new ArgumentOutOfRangeException(nameof(prediction), prediction, null),
        };
    }

    private static string Describe(NoiseScheduleConfig config) =>
        config switch
        {
            { TrainedBetas: not null } => "trained betas",
            { Schedule: BetaSchedule.SquaredCosCapV2 } => EnumWords.Of(config.Schedule), // made from T alone
            _ => FormattableString.Invariant($"{EnumWords.Of(config.Schedule)}, β {config.BetaStart} to {config.BetaEnd}"),
        }
        + FormattableString.Invariant($", {config.TrainTimesteps} timesteps")
        + (config.RescaleBetasZeroSnr ? ", zero terminal SNR" : "");
}
