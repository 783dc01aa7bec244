using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>A model folder that was read and found usable. Immutable.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Manifest">What the rest of the program sees of it.</param>
internal sealed record Bundle(string Folder, ModelManifest Manifest)
{
    /// <summary>The noise predictor.</summary>
    public required OnnxGraph Denoiser { get; init; }

    /// <summary>Number of weights of all graphs.</summary>
    public long Parameters => Denoiser.Parameters;
}
