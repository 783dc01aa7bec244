namespace DiffusionClassifier.Contracts;

/// <summary>Which draws (timesteps with their noise) the trials of a request are.</summary>
public enum DrawChoice
{
    /// <summary>Timesteps evenly spaced over the model's range, each with noise of its own, in random order: a fair sample.</summary>
    Even,

    /// <summary>
    /// Those that told classes apart best on labeled images, the best first. A few of them tell more than as many even ones, but their
    /// mean error is no estimate of the model's.
    /// </summary>
    Chosen,
}
