namespace DiffusionClassifier.Contracts;

/// <summary>A model that exists but cannot be used.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record ModelRefusal(string Id, string Reason);
