using DiffusionClassifier.Core.Errors;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Devices;

/// <summary>The memory of one of NVIDIA's devices, with a stream for each queue. Owner of its streams.</summary>
internal sealed class CudaMemory : IDeviceMemory
{
    private readonly int _device;
    private readonly nint[] _streams = new nint[Enum.GetValues<DeviceQueue>().Length];

    /// <exception cref="DeviceException">There is no such device.</exception>
    /// <exception cref="DllNotFoundException">CUDA's runtime library is not on the library path.</exception>
    public CudaMemory(int device)
    {
        _device = device;
        Info = new OrtMemoryInfo("Cuda", OrtAllocatorType.DeviceAllocator, device, OrtMemType.Default);
        try
        {
            Select();
            for (int i = 0; i < _streams.Length; i++)
                CudaApi.Check(CudaApi.StreamCreate(out _streams[i], CudaApi.NonBlocking));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public OrtMemoryInfo Info { get; }

    public nint Allocate(long bytes)
    {
        Select();
        int status = CudaApi.Malloc(out nint address, (nuint)bytes);
        if (status == CudaApi.OutOfMemory)
        {
            CudaApi.Forget(status);
            throw new DeviceOutOfMemoryException($"The device cuda:{_device} does not have {bytes:N0} bytes for a model's tensors.");
        }

        CudaApi.Check(status);
        try
        {
            nint stream = _streams[(int)DeviceQueue.Move];
            CudaApi.Check(CudaApi.MemsetAsync(address, 0, (nuint)bytes, stream));
            CudaApi.Check(CudaApi.StreamSynchronize(stream)); // zeros that come later would overwrite what is there
            return address;
        }
        catch
        {
            Free(address);
            throw;
        }
    }

    public void Free(nint address) => CudaApi.Forget(CudaApi.Free(address));

    public bool TryLock(nint address, long bytes)
    {
        Select();
        int status = CudaApi.HostRegister(address, (nuint)bytes, 0);
        CudaApi.Forget(status);
        return status == 0;
    }

    public void Unlock(nint address) => CudaApi.Forget(CudaApi.HostUnregister(address));

    public void Copy(DeviceQueue queue, nint to, nint from, long bytes)
    {
        Select();
        CudaApi.Check(CudaApi.MemcpyAsync(to, from, (nuint)bytes, CudaApi.ByAddress, _streams[(int)queue]));
    }

    public nint CreateMark()
    {
        Select();
        CudaApi.Check(CudaApi.EventCreate(out nint mark, CudaApi.WithoutTime));
        return mark;
    }

    public void DestroyMark(nint mark) => CudaApi.Forget(CudaApi.EventDestroy(mark));

    public void Mark(DeviceQueue queue, nint mark)
    {
        Select();
        CudaApi.Check(CudaApi.EventRecord(mark, _streams[(int)queue]));
    }

    public void WaitFor(DeviceQueue queue, nint mark)
    {
        Select();
        CudaApi.Check(CudaApi.StreamWaitEvent(_streams[(int)queue], mark, 0));
    }

    public void Await(nint mark) => CudaApi.Check(CudaApi.EventSynchronize(mark));

    public void Dispose()
    {
        foreach (nint stream in _streams.Where(stream => stream != 0))
            CudaApi.Forget(CudaApi.StreamDestroy(stream));
        Info.Dispose();
    }

    // A thread's choice, and any thread may call.
    private void Select() => CudaApi.Check(CudaApi.SetDevice(_device));
}
