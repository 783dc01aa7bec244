using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Devices;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>What one object takes of a device: given back when it is disposed, or when it could not be made as a whole.</summary>
internal sealed class DeviceResources(IDeviceMemory memory) : IDisposable
{
    // Smaller copies gain nothing, and smaller arrays share their pages with others.
    private const int WorthLocking = 16 * PinnedMemory.Page;

    private readonly Stack<Action> _returns = [];

    /// <exception cref="DeviceOutOfMemoryException">The device does not have enough memory for it.</exception>
    public DeviceTensor Tensor(TensorLayout layout, int capacity)
    {
        var tensor = new DeviceTensor(memory, layout, capacity);
        _returns.Push(tensor.Dispose);
        return tensor;
    }

    /// <inheritdoc cref="IDeviceMemory.CreateMark"/>
    public nint Mark()
    {
        nint mark = memory.CreateMark();
        _returns.Push(() => memory.DestroyMark(mark));
        return mark;
    }

    /// <summary>Locks the pages of a tensor in the host's memory if it is large enough for that.</summary>
    public void Lock(BoundTensor tensor, int capacity)
    {
        long bytes = tensor.Layout.Bytes(capacity);
        if (bytes >= WorthLocking && memory.TryLock(tensor.Address, bytes))
            _returns.Push(() => memory.Unlock(tensor.Address));
    }

    public void Dispose()
    {
        using CaptureGate.Passage _ = CaptureGate.Pass();
        while (_returns.TryPop(out Action? giveBack))
            giveBack();
    }
}
