namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>What one of a denoiser's graphs is given of a batch. Owned by an <see cref="OnnxDenoisingBatch"/>.</summary>
/// <param name="inputs">The graph's inputs.</param>
internal sealed class GraphCall(params BoundTensor[] inputs)
{
    public IReadOnlyList<BoundTensor> Inputs => inputs;

    /// <summary>The exact size of the next call, a bucket.</summary>
    public int Rows { get; set; }

    /// <summary>Brings the rows of the next call into the graph's form.</summary>
    public void Convert()
    {
        foreach (BoundTensor input in inputs)
            input.Convert(Rows);
    }
}
