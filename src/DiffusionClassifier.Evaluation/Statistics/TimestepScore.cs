namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>How well the trials of a range of timesteps tell classes apart.</summary>
/// <param name="Timestep">The mean of their timesteps.</param>
/// <param name="Error">Mean error of the true label.</param>
/// <param name="Margin">
/// Mean error of the other labels minus that of the true one, trial by trial; 0 if nothing tells them apart.
/// </param>
/// <param name="Accuracy">The share of images that a single one of these trials gets right.</param>
internal sealed record TimestepScore(double Timestep, double Error, double Margin, double Accuracy);
