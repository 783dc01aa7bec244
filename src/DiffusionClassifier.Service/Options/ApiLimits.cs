namespace DiffusionClassifier.Service.Options;

/// <summary>Limits of one image file, as the body limits and the API document need them.</summary>
internal sealed record ApiLimits(long MaxImageBytes, long MaxPixels);
