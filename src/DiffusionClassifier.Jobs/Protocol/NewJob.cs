namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>A request as it is stored.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Request">As JSON, without its image.</param>
/// <param name="Image">The image file.</param>
/// <param name="Question">SHA-256 of both, in hexadecimal.</param>
[GenerateSerializer, Immutable, Alias("dc.new-job")]
internal sealed record NewJob(
    [property: Id(0)] string Tenant, [property: Id(1)] string Request, [property: Id(2)] byte[] Image, [property: Id(3)] string Question);
