namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>
/// The way of a batch's numbers to a denoiser's graphs, through them and back. Owned by one <see cref="OnnxDenoisingBatch"/>.
/// </summary>
internal interface ILane : IDisposable
{
    /// <summary>Sends the inputs on their way.</summary>
    void Upload();

    /// <summary>Runs the graphs on what was uploaded; blocks until they are done.</summary>
    void Run();

    /// <summary>Blocks until the last run's output is in the batch's memory.</summary>
    void Download();
}
