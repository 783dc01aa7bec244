using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Blocks;

/// <summary>
/// The image of a block: the file for the first one of a job, the latent that it was encoded to for the others. Immutable.
/// </summary>
public sealed record BlockImage
{
    private BlockImage(ReadOnlyMemory<byte> file, Latent? latent) => (File, Latent) = (file, latent);

    /// <summary>JPEG, PNG or WebP; empty where there is a latent.</summary>
    public ReadOnlyMemory<byte> File { get; }

    /// <summary>What another block made of the file; null: it is still to be encoded.</summary>
    public Latent? Latent { get; }

    /// <summary>The file, which must stay as it is until the block is computed.</summary>
    public static BlockImage Of(ReadOnlyMemory<byte> file) => new(file, latent: null);

    public static BlockImage Of(Latent latent) => new(file: default, latent);
}
