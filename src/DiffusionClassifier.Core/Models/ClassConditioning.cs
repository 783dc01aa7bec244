namespace DiffusionClassifier.Core.Models;

/// <summary>A class of a class-conditional model, by its index in the embedding table.</summary>
public sealed record ClassConditioning(long ClassId) : Conditioning
{
    public override long SizeInBytes => sizeof(long);
}
