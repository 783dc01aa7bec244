namespace DiffusionClassifier.Core.Models;

/// <summary>What a device made of an <see cref="EncodingTask"/>.</summary>
/// <param name="Latent">The image, if it was still to be encoded.</param>
/// <param name="Conditionings">One for each prompt of the task.</param>
internal sealed record EncodedParts(Latent? Latent, IReadOnlyList<Conditioning> Conditionings);
