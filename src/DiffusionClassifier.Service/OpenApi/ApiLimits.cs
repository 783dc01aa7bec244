namespace DiffusionClassifier.Service.OpenApi;

/// <summary>The image limits that the API document names.</summary>
internal sealed record ApiLimits(long MaxImageBytes, long MaxPixels);
