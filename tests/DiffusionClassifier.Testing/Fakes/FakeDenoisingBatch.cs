using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Testing.Fakes;

public sealed class FakeDenoisingBatch(LatentShape shape, int capacity) : DenoisingBatch(shape, capacity, shape.Channels);
