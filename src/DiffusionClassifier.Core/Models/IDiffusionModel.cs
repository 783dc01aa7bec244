namespace DiffusionClassifier.Core.Models;

/// <summary>
/// One diffusion model on one device. Every call blocks, and one caller at a time uses it: the thread of the device
/// or, before and after that, the one that opens and closes its models.
/// </summary>
public interface IDiffusionModel : IDisposable
{
    ModelManifest Manifest { get; }

    /// <summary>The batch sizes that <see cref="Run"/> takes, ascending; other sizes are padded up to the next.</summary>
    IReadOnlyList<int> Buckets { get; }

    /// <summary>Pixels to latent; for a pixel-space model the pixels themselves.</summary>
    Latent EncodeImage(PixelImage image);

    /// <summary>Class names (class-conditional) or whole prompts (text-conditional) to what the denoiser is told, one for each.</summary>
    IReadOnlyList<Conditioning> EncodePrompts(IReadOnlyList<string> prompts);

    /// <summary>Buffers for the largest bucket.</summary>
    DenoisingBatch CreateBatch();

    /// <summary>
    /// Runs the denoiser on the first <see cref="DenoisingBatch.Bucket"/> rows of a batch that was uploaded; its answer can be downloaded
    /// then.
    /// </summary>
    /// <param name="batch">A batch that this model made.</param>
    void Run(DenoisingBatch batch);
}
