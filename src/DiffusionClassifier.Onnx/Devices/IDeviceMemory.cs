using DiffusionClassifier.Core.Errors;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Devices;

/// <summary>
/// The memory of a device that is not the host's, and queues of copies to, in and from it, which go on while the caller does something
/// else. Thread-safe.
/// </summary>
/// <remarks>A call that the driver refuses throws a <see cref="DeviceException"/> with its reason.</remarks>
internal interface IDeviceMemory : IDisposable
{
    /// <summary>Where it lies, in ONNX Runtime's terms.</summary>
    OrtMemoryInfo Info { get; }

    /// <summary>Zeroed memory, until <see cref="Free"/>.</summary>
    /// <exception cref="DeviceOutOfMemoryException">The device does not have as much.</exception>
    nint Allocate(long bytes);

    void Free(nint address);

    /// <summary>Locks pages of the host's memory, which makes copies faster and lets them go on by themselves. May do nothing.</summary>
    /// <returns>Whether they are locked, until <see cref="Unlock"/>.</returns>
    bool TryLock(nint address, long bytes);

    void Unlock(nint address);

    /// <summary>Puts a copy between two addresses, of the host or the device, into a queue.</summary>
    void Copy(DeviceQueue queue, nint to, nint from, long bytes);

    /// <summary>A mark that can be put into a queue again and again, until <see cref="DestroyMark"/>.</summary>
    nint CreateMark();

    void DestroyMark(nint mark);

    /// <summary>Puts a mark behind what is in a queue now.</summary>
    void Mark(DeviceQueue queue, nint mark);

    /// <summary>Lets a queue wait until what was before a mark when it was set last is done.</summary>
    void WaitFor(DeviceQueue queue, nint mark);

    /// <summary>Blocks the caller until what was before a mark when it was set last is done.</summary>
    void Await(nint mark);
}
