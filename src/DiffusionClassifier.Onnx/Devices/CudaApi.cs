using System.Runtime.InteropServices;

namespace DiffusionClassifier.Onnx.Devices;

/// <summary>
/// The calls of CUDA's runtime library that copies need (CUDA Runtime API, version 13), the library that ONNX Runtime's provider needs too.
/// Stateless.
/// </summary>
internal static partial class CudaApi
{
    private const string Library = "cudart";

    // By major version, the provider's first: the calls below are the same in both.
    private static readonly string[] Names = OperatingSystem.IsWindows()
        ? ["cudart64_13.dll", "cudart64_12.dll"]
        : ["libcudart.so.13", "libcudart.so.12"];

    static CudaApi() => NativeLibrary.SetDllImportResolver(typeof(CudaApi).Assembly, (name, assembly, path) =>
        name == Library ? Load() : nint.Zero);

    /// <summary>A stream that does not wait for the default one (cudaStreamNonBlocking).</summary>
    public const uint NonBlocking = 1;

    /// <summary>An event without a time (cudaEventDisableTiming).</summary>
    public const uint WithoutTime = 2;

    /// <summary>The kind of a copy follows from its addresses (cudaMemcpyDefault).</summary>
    public const int ByAddress = 4;

    /// <summary>What an allocation answers where there is no more memory (cudaErrorMemoryAllocation).</summary>
    public const int OutOfMemory = 2;

    /// <exception cref="DeviceException">The call failed.</exception>
    public static void Check(int status)
    {
        if (status == 0)
            return;
        Forget(status);
        throw new DeviceException($"CUDA failure {status}: {Marshal.PtrToStringUTF8(ErrorString(status))}");
    }

    /// <summary>Makes nothing of a failure: otherwise it would be the answer to the next question of this thread, whoever asks.</summary>
    public static void Forget(int status)
    {
        if (status != 0)
            _ = GetLastError();
    }

    [LibraryImport(Library, EntryPoint = "cudaSetDevice")]
    public static partial int SetDevice(int device);

    [LibraryImport(Library, EntryPoint = "cudaMalloc")]
    public static partial int Malloc(out nint address, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cudaMemsetAsync")]
    public static partial int MemsetAsync(nint address, int value, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cudaFree")]
    public static partial int Free(nint address);

    [LibraryImport(Library, EntryPoint = "cudaHostRegister")]
    public static partial int HostRegister(nint address, nuint bytes, uint flags);

    [LibraryImport(Library, EntryPoint = "cudaHostUnregister")]
    public static partial int HostUnregister(nint address);

    [LibraryImport(Library, EntryPoint = "cudaMemcpyAsync")]
    public static partial int MemcpyAsync(nint to, nint from, nuint bytes, int kind, nint stream);

    [LibraryImport(Library, EntryPoint = "cudaStreamCreateWithFlags")]
    public static partial int StreamCreate(out nint stream, uint flags);

    [LibraryImport(Library, EntryPoint = "cudaStreamSynchronize")]
    public static partial int StreamSynchronize(nint stream);

    [LibraryImport(Library, EntryPoint = "cudaStreamDestroy")]
    public static partial int StreamDestroy(nint stream);

    [LibraryImport(Library, EntryPoint = "cudaStreamWaitEvent")]
    public static partial int StreamWaitEvent(nint stream, nint mark, uint flags);

    [LibraryImport(Library, EntryPoint = "cudaEventCreateWithFlags")]
    public static partial int EventCreate(out nint mark, uint flags);

    [LibraryImport(Library, EntryPoint = "cudaEventDestroy")]
    public static partial int EventDestroy(nint mark);

    [LibraryImport(Library, EntryPoint = "cudaEventRecord")]
    public static partial int EventRecord(nint mark, nint stream);

    [LibraryImport(Library, EntryPoint = "cudaEventSynchronize")]
    public static partial int EventSynchronize(nint mark);

    [LibraryImport(Library, EntryPoint = "cudaGetLastError")]
    private static partial int GetLastError();

    [LibraryImport(Library, EntryPoint = "cudaGetErrorString")]
    private static partial nint ErrorString(int status);

    private static nint Load()
    {
        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
                return handle;
        }

        throw new DllNotFoundException($"CUDA's runtime library is not on the library path: none of {string.Join(", ", Names)}.");
    }
}
