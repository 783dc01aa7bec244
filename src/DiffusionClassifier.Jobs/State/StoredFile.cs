namespace DiffusionClassifier.Jobs.State;

/// <summary>A job's image file, until it is encoded.</summary>
[GenerateSerializer, Immutable, Alias("dc.file")]
internal sealed class StoredFile
{
    [Id(0)]
    public byte[] Bytes { get; init; } = [];
}
