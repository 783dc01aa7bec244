using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Tests.Fakes;

internal sealed class FakeDenoisingBatch(LatentShape shape, int capacity) : DenoisingBatch(shape, capacity);
