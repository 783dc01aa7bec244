using NetVips;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>
/// Makes libvips ready for files from strangers, once a process. NetVips loads and starts it, and keeps to itself where that fails.
/// </summary>
internal static class VipsLibrary
{
    private static readonly Lazy<bool> Started = new(Start);

    /// <summary>Makes the library ready, or says how to get it. Later calls do nothing.</summary>
    /// <exception cref="DllNotFoundException">libvips does not load.</exception>
    public static void EnsureStarted() => _ = Started.Value;

    /// <summary>What to do where NetVips could not start libvips.</summary>
    /// <param name="cause">Why, if NetVips knows: its first sentence is enough, the places that were searched follow.</param>
    internal static DllNotFoundException Missing(Exception? cause)
    {
        string why = cause?.GetBaseException().Message.Split('\n')[0].Split(". ")[0].TrimEnd('.') ?? "it does not start";
        return new DllNotFoundException(
            $"libvips, which reads the image files, does not load: {why}. Build again so that the package NetVips.Native for this platform "
            + "is copied next to the application, install libvips (on Debian: apt-get install libvips42), or set Images:Decoder to "
            + "ImageSharp, which needs no native library.",
            cause);
    }

    private static bool Start()
    {
        if (!ModuleInitializer.VipsInitialized)
            throw Missing(ModuleInitializer.Exception);

        // libvips writes warnings about damaged files to standard error, which is the host's; what matters comes back as an error.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.All, static (_, _, _) => { });
        // Requests are the parallelism: each decodes on its own thread.
        NetVips.NetVips.Concurrency = 1;
        // Results are never asked for twice, and a cached operation would keep pointing into a request's bytes.
        Cache.Max = 0;
        AllowOnlyOurFormats();
        return true;
    }

    /// <summary>
    /// Everything that loads a file is blocked, then three loaders are let through: a new libvips cannot bring in a new format.
    /// </summary>
    private static void AllowOnlyOurFormats()
    {
        Operation.Block("VipsForeignLoad", true);
        foreach (string loader in (ReadOnlySpan<string>)["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"])
            Operation.Block(loader, false);
    }
}
