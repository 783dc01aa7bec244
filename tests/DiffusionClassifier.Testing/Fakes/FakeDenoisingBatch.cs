using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

public sealed class FakeDenoisingBatch(ModelManifest manifest, int capacity)
    : DenoisingBatch(manifest.Latent, capacity, manifest.Latent.Channels * (manifest.LearnedVariance ? 2 : HeadsOf(manifest)), HeadsOf(manifest))
{
    private static int HeadsOf(ModelManifest manifest) => manifest.AllClassesAtOnce ? manifest.Classes.Count : 1;
}
