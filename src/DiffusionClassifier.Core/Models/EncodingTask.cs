namespace DiffusionClassifier.Core.Models;

/// <summary>What a device is to encode in one turn.</summary>
/// <param name="Image">The image; null: it is already encoded.</param>
/// <param name="Prompts">Different texts.</param>
internal sealed record EncodingTask(PixelImage? Image, IReadOnlyList<string> Prompts);
