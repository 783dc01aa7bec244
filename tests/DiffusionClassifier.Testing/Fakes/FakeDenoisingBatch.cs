using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

public sealed class FakeDenoisingBatch(ModelManifest manifest, int capacity)
    : DenoisingBatch(manifest.Latent, capacity, manifest.LearnedVariance ? 2 * manifest.Latent.Channels : manifest.Latent.Channels);
