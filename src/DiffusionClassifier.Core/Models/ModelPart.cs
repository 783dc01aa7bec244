namespace DiffusionClassifier.Core.Models;

/// <summary>One graph of a bundle.</summary>
/// <param name="Name">Its folder, with the file's name if there are two in it.</param>
/// <param name="Inputs">Name, element type and sizes; ? if any size is allowed.</param>
/// <param name="Outputs">Likewise.</param>
/// <param name="Parameters">Number of weights.</param>
public sealed record ModelPart(string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, long Parameters);
