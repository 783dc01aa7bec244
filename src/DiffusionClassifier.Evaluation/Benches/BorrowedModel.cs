using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>A loaded model that belongs to the bench: one engine after another runs it, and none of them closes it.</summary>
internal class BorrowedModel(IDiffusionModel inner, IReadOnlyList<int> buckets) : IDiffusionModel
{
    public ModelManifest Manifest => inner.Manifest;

    public IReadOnlyList<int> Buckets { get; } = buckets;

    public Latent EncodeImage(PixelImage image) => inner.EncodeImage(image);

    public IReadOnlyList<Conditioning> EncodePrompts(IReadOnlyList<string> prompts) => inner.EncodePrompts(prompts);

    public DenoisingBatch CreateBatch() => inner.CreateBatch();

    public virtual void Run(DenoisingBatch batch) => inner.Run(batch);

    /// <summary>Nothing: the inner model belongs to the bench.</summary>
    public void Dispose() => GC.SuppressFinalize(this);
}
