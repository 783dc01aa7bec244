using System.Runtime.InteropServices;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>Finds and starts libvips, once a process.</summary>
internal static class VipsLibrary
{
    /// <summary>The name that <see cref="VipsApi"/> imports from; resolved here.</summary>
    public const string Name = "libvips-cpp";

    private const string SystemName = "libvips.so.42";

    private const string Shipped = "runtimes/linux-x64/native/libvips.so.42";

    // The flags of glib's g_log: every level, also those of recursive and fatal messages.
    private const int AllLogLevels = -1;

    private static readonly Lazy<bool> Started = new(Start);

    /// <summary>Makes the library ready, or says how to get it. Later calls do nothing.</summary>
    /// <exception cref="DllNotFoundException">Neither the shipped library nor the system's loads.</exception>
    public static void EnsureStarted() => _ = Started.Value;

    /// <summary>The library's error text so far, which this call clears.</summary>
    public static string TakeErrors()
    {
        nint text = VipsApi.TakeErrors();
        try
        {
            return Marshal.PtrToStringUTF8(text)?.Trim() ?? "";
        }
        finally
        {
            VipsApi.Free(text);
        }
    }

    private static bool Start()
    {
        nint library = Load();
        NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, (name, _, _) => name == Name ? library : 0);
        if (VipsApi.Init("DiffusionClassifier") != 0)
            throw new DllNotFoundException($"libvips was found but does not start: {TakeErrors()}");

        SilenceLog();
        // Requests are the parallelism: each decodes on its own thread.
        VipsApi.SetConcurrency(1);
        // Results are never asked for twice, and a cached operation would keep pointing into a request's bytes.
        VipsApi.SetCacheMax(0);
        AllowOnlyOurFormats();
        return true;
    }

    private static nint Load()
    {
        string shipped = Path.Combine(AppContext.BaseDirectory, Shipped);
        if (NativeLibrary.TryLoad(shipped, out nint library) || NativeLibrary.TryLoad(SystemName, out library))
            return library;
        throw new DllNotFoundException(
            $"libvips, which reads the image files, was not found: neither {Shipped} beside the application nor {SystemName} of the system loads. " +
            "Build again so that the shipped library is copied, or install it (on Debian: apt-get install libvips42).");
    }

    /// <summary>Everything that loads a file is blocked, then three loaders are let through: a new libvips cannot bring in a new format.</summary>
    private static void AllowOnlyOurFormats()
    {
        VipsApi.BlockOperation("VipsForeignLoad", 1);
        foreach (string loader in (ReadOnlySpan<string>)["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"])
            VipsApi.BlockOperation(loader, 0);
    }

    /// <summary>libvips writes warnings about damaged files to standard error, which is the host's; what matters comes back as an error.</summary>
    private static unsafe void SilenceLog() => VipsApi.SetLogHandler("VIPS", AllLogLevels, &Ignore, 0);

    [UnmanagedCallersOnly]
    private static void Ignore(nint domain, int level, nint message, nint state)
    {
    }
}
