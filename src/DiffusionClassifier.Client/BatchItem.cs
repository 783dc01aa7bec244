namespace DiffusionClassifier.Client;

/// <summary>A request of a batch.</summary>
/// <param name="Id">Names it in the results: no two of a batch have one name.</param>
/// <param name="Request">To classify one image, or to match images with captions.</param>
public sealed record BatchItem(string Id, ImageRequest Request);
