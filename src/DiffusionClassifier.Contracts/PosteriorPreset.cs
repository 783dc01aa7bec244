namespace DiffusionClassifier.Contracts;

/// <summary>Where β, the sharpness of the posterior, comes from.</summary>
public enum PosteriorPreset
{
    /// <summary>β = C·H·W: the sum of squares, as the paper's formula has it. Close to one-hot.</summary>
    Paper,

    /// <summary>β = 1: the mean, as the paper's code computes it. Close to uniform.</summary>
    Mean,

    /// <summary>β was fitted to labeled data for this model and loss.</summary>
    Fitted,

    /// <summary>β = 1/temperature, as the request says.</summary>
    Temperature,
}
