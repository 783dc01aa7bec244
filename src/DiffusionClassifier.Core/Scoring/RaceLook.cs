namespace DiffusionClassifier.Core.Scoring;

/// <summary>A point at which a race compares every arm with the leader; fixed before the first row.</summary>
/// <param name="Trials">n, the number of complete trials at which it happens.</param>
/// <param name="Threshold">An arm has lost where its paired difference to the leader is above this many standard errors s/√n.</param>
internal readonly record struct RaceLook(int Trials, double Threshold);
