namespace DiffusionClassifier.Core.Diffusion;

/// <summary>What the denoiser's output means (field <c>prediction_type</c> of scheduler_config.json, and its class).</summary>
public enum PredictionType
{
    /// <summary>The noise ε itself.</summary>
    Epsilon,

    /// <summary>v = √ᾱ·ε − √(1−ᾱ)·x₀ (Salimans and Ho 2022).</summary>
    VPrediction,

    /// <summary>The clean sample x₀.</summary>
    Sample,

    /// <summary>The direction of a straight path between image and noise, ε − x₀ or x₀ − ε (rectified flows).</summary>
    Velocity,

    /// <summary>F, of which EDM makes the clean sample (Karras et al. 2022, eq. 7).</summary>
    Preconditioned,
}
