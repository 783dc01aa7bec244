namespace DiffusionClassifier.Core.Diffusion;

/// <summary>How far a predicted noise is from the true one (eval_prob_adaptive.py:112-119, option <c>--loss</c>).</summary>
public enum PredictionLoss
{
    /// <summary>Mean of (ε − ε̂)²: the ELBO's own term.</summary>
    L2,

    /// <summary>Mean of |ε − ε̂|.</summary>
    L1,

    /// <summary>Mean of Huber's loss with δ = 1.</summary>
    Huber,
}
