namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>A bundle's noise predictor, loaded, however many graphs it comes in. Used by one thread at a time.</summary>
internal interface IDenoiser : IDisposable
{
    /// <summary>The batch sizes that it takes, ascending.</summary>
    IReadOnlyList<int> Buckets { get; }

    /// <summary>Buffers for the largest bucket, which run on this denoiser and are disposed before it.</summary>
    OnnxDenoisingBatch CreateBatch();
}
