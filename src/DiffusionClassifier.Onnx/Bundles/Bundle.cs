using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>A model folder that was read and found usable. Immutable.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Manifest">What the rest of the program sees of it.</param>
/// <param name="Model">Its graphs.</param>
internal sealed record Bundle(string Folder, ModelManifest Manifest, ModelContract Model)
{
    /// <summary>The files whose SHA-256 is listed, and matches.</summary>
    public IReadOnlyList<string> VerifiedFiles { get; init; } = [];

    /// <summary>Its files as they were read.</summary>
    public BundleStamp Stamp { get; } = BundleStamp.Of(Folder);
}
