namespace DiffusionClassifier.Core.Diffusion;

/// <summary>
/// What numbers drawn from one seed are for. Each purpose has a stream of its own: it is the last word of Philox's counter.
/// </summary>
public enum RandomPurpose
{
    /// <summary>ε of the trials.</summary>
    Noise = 0,

    /// <summary>The order in which trials run.</summary>
    TrialOrder = 1,

    /// <summary>The folds of a cross-validation.</summary>
    Folds = 2,

    /// <summary>Which images of a data set take part.</summary>
    Sample = 3,

    /// <summary>A map of chance, which an explanation must be better than.</summary>
    RandomMap = 4,
}
