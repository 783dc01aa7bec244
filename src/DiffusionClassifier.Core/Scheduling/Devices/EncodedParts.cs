using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Scheduling.Devices;

/// <summary>What a device made of an encoding plan.</summary>
/// <param name="Latent">The image, if it was still to be encoded.</param>
/// <param name="Conditionings">One for each prompt of the plan.</param>
internal sealed record EncodedParts(Latent? Latent, IReadOnlyList<Conditioning> Conditionings);
