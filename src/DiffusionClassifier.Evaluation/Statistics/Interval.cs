namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>Where a true share lies with 95% confidence, both ends from 0 to 1.</summary>
internal readonly record struct Interval(double Low, double High);
