namespace DiffusionClassifier.Onnx.Providers;

/// <summary>Recognizes a device that is out of memory. ONNX Runtime has no error code for it: only the text says so.</summary>
internal static class DeviceMemory
{
    private static readonly string[] Phrases =
    [
        "Failed to allocate memory for requested buffer of size", // the arena of any device
        "is smaller than requested bytes of", // the arena at its gpu_mem_limit
        "ran out of memory trying to allocate", // the arena, where a stream waits for it
        "out of memory", // CUDA failure 2
        "ALLOC_FAILED", // cuBLAS and cuDNN 8
        "ALLOCATION_FAILED", // cuDNN 9
        "bad_alloc", // the host's
    ];

    public static bool IsExhausted(string message) => Phrases.Any(phrase => message.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
