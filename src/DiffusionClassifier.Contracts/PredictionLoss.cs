namespace DiffusionClassifier.Contracts;

/// <summary>How far a predicted noise is from the true one (eval_prob_adaptive.py:112-119, option <c>--loss</c>).</summary>
public enum PredictionLoss
{
    /// <summary>Mean of (ε − ε̂)²: the ELBO's own term.</summary>
    L2,

    /// <summary>Mean of |ε − ε̂|.</summary>
    L1,

    /// <summary>Mean of Huber's loss with δ = 1.</summary>
    Huber,

    /// <summary>The term of the variational bound, in bits: for models that predict their variance, as DiT.</summary>
    Vlb,

    /// <summary>The sum of <see cref="L2"/> and <see cref="Vlb"/>: DiT's training loss (print_dit_acc.py:71-81).</summary>
    L2Vlb,
}
