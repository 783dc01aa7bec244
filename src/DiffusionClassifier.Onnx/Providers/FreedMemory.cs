using System.Runtime.InteropServices;

namespace DiffusionClassifier.Onnx.Providers;

/// <summary>
/// Gives the memory of a closed model back to the system. The C library of most Linux systems (glibc) keeps large blocks that were freed
/// for the next ones, so that a server whose models come and go would hold nearly twice what they take. Stateless.
/// </summary>
internal static partial class FreedMemory
{
    private const string LibraryC = "libc";

    /// <summary>Takes milliseconds; does nothing where the C library is another, which does not keep them.</summary>
    public static void GiveBack()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = Trim(keep: 0); // whether there was any
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport(LibraryC, EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint keep);
}
