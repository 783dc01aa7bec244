using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Onnx.Devices;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>A tensor in a device's memory that never moves, of which calls use the first rows. Owner of the memory.</summary>
/// <exception cref="DeviceOutOfMemoryException">The device does not have enough memory for it.</exception>
internal sealed class DeviceTensor(IDeviceMemory memory, TensorLayout layout, int capacity) : IDisposable
{
    public TensorLayout Layout => layout;

    public nint Address { get; } = memory.Allocate(layout.Bytes(capacity));

    /// <summary>ONNX Runtime's view of the first rows; valid as long as this object.</summary>
    public OrtValue View(int rows) =>
        OrtValue.CreateTensorValueWithData(memory.Info, layout.ElementType, layout.Shape(rows), Address, layout.Bytes(rows));

    public void Dispose() => memory.Free(Address);
}
