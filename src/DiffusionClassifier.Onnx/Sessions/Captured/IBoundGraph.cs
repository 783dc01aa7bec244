using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>A graph with its tensors, all in the device's memory. Used by one thread at a time.</summary>
internal interface IBoundGraph : IDisposable
{
    /// <summary>Runs it on what is in its inputs now; blocks until its outputs are there.</summary>
    /// <param name="captured">
    /// Whether to replay its captured calls, which are captured if they are not yet: by the thread that replays them later.
    /// </param>
    /// <exception cref="DeviceOutOfMemoryException">The device does not have enough memory for it.</exception>
    void Run(bool captured);
}
