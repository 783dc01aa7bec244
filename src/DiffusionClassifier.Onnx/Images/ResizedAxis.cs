namespace DiffusionClassifier.Onnx.Images;

/// <summary>One axis of a resize of which only a part is wanted.</summary>
/// <param name="Scaled">Pixels that the whole axis would have after scaling.</param>
/// <param name="Start">The first of them that is kept.</param>
/// <param name="Length">How many are kept.</param>
internal readonly record struct ResizedAxis(long Scaled, long Start, int Length);
