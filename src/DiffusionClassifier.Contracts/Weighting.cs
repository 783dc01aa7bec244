namespace DiffusionClassifier.Contracts;

/// <summary>
/// How much the error of each timestep counts. Weights have mean 1 over the trials of a request, so mean errors keep their scale.
/// </summary>
public enum Weighting
{
    /// <summary>All alike: the ELBO without its factors, as in the paper.</summary>
    Uniform,

    /// <summary>
    /// exp(−7·t/T)/SNR(t), SNR = ᾱ/(1−ᾱ): the weight exp(−7·t/T) of an error of x₀, written for one of ε (Clark and Jaini
    /// 2023). For the loss l2.
    /// </summary>
    ClarkJaini,

    /// <summary>
    /// β_t/(2·α_t·(1−ᾱ_t)): the variational bound's own, with a reverse variance of β_t (Ho et al. 2020, eq. 12). For the loss l2.
    /// </summary>
    Vlb,

    /// <summary>As fitted to labeled data for this model and loss.</summary>
    Fitted,
}
