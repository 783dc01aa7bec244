namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>One image of a bank.</summary>
/// <param name="Label">Index of its true label.</param>
/// <param name="Errors">[trial, class].</param>
internal sealed record BankedImage(int Label, float[] Errors);
