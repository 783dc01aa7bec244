using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Parts;

/// <summary>What all graphs of a model take and give, checked. Immutable.</summary>
/// <param name="Denoiser">The noise predictor.</param>
/// <param name="Process">What it is told at each timestep.</param>
internal sealed record ModelContract(DenoiserContract Denoiser, ForwardProcess Process)
{
    /// <summary>Pixels to latents; null in pixel space.</summary>
    public VaeContract? Vae { get; init; }

    /// <summary>Prompts to embeddings; null for a class-conditional model.</summary>
    public TextContract? Text { get; init; }

    /// <summary>All graphs, in the order in which they run.</summary>
    public IEnumerable<OnnxGraph> Graphs => ((OnnxGraph?[])[.. Text?.Graphs ?? [], Vae?.Graph, .. Denoiser.Graphs]).OfType<OnnxGraph>();

    /// <summary>Number of weights of all graphs.</summary>
    public long Parameters => Graphs.Aggregate(0L, (sum, graph) => unchecked(sum + graph.Parameters)); // a damaged graph says any number
}
