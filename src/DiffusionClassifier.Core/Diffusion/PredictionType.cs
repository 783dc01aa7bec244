namespace DiffusionClassifier.Core.Diffusion;

/// <summary>What the denoiser's output means (field <c>prediction_type</c> of scheduler_config.json).</summary>
public enum PredictionType
{
    /// <summary>The noise ε itself.</summary>
    Epsilon,

    /// <summary>v = √ᾱ·ε − √(1−ᾱ)·x₀ (Salimans and Ho 2022).</summary>
    VPrediction,

    /// <summary>The clean sample x₀.</summary>
    Sample,
}
