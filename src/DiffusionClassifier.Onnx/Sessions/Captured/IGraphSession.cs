namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>A graph on a device. Used by one thread at a time.</summary>
internal interface IGraphSession : IDisposable
{
    /// <summary>The graph over tensors of exact sizes, which do not move.</summary>
    /// <param name="inputs">All inputs.</param>
    /// <param name="outputs">All outputs that are of interest.</param>
    /// <param name="id">Tells the session's captured graphs apart: above 0, and one for each combination of sizes.</param>
    IBoundGraph Bind(IReadOnlyList<TensorRows> inputs, IReadOnlyList<TensorRows> outputs, int id);
}
