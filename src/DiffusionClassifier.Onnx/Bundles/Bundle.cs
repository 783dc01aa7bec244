using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>A model folder that was read and found usable. Immutable.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Manifest">What the rest of the program sees of it.</param>
internal sealed record Bundle(string Folder, ModelManifest Manifest)
{
    /// <summary>The noise predictor.</summary>
    public required DenoiserContract Denoiser { get; init; }

    /// <summary>Pixels to latents; null in pixel space.</summary>
    public VaeContract? Vae { get; init; }

    /// <summary>Prompts to embeddings; null for a class-conditional model.</summary>
    public TextEncoderContract? Text { get; init; }

    /// <summary>The files whose sha256 was listed, and is that.</summary>
    public IReadOnlyList<string> VerifiedFiles { get; init; } = [];

    /// <summary>All graphs, in the order in which they run.</summary>
    public IEnumerable<OnnxGraph> Graphs => ((OnnxGraph?[])[Text?.Graph, Vae?.Graph, .. Denoiser.Graphs]).OfType<OnnxGraph>();

    /// <summary>Number of weights of all graphs.</summary>
    public long Parameters => Graphs.Aggregate(0L, (sum, graph) => unchecked(sum + graph.Parameters)); // a damaged graph says any number
}
