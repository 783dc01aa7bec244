using System.Globalization;
using System.Runtime.InteropServices;

namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>Resident memory of a process, from Linux's <c>/proc/PID/status</c>: native libraries' too.</summary>
/// <param name="Resident">Bytes now.</param>
/// <param name="Peak">The most bytes since the process began.</param>
public readonly partial record struct ProcessMemory(long Resident, long Peak)
{
    public static ProcessMemory Of(int processId)
    {
        string[] lines = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessMemory(Field("VmRSS:"), Field("VmHWM:"));

        long Field(string name) => long.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..^" kB".Length].Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>
    /// As <see cref="Of"/>, after this process has given back what it can: also what native code freed and the C library keeps for the next.
    /// </summary>
    public static ProcessMemory Settled(int processId)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        _ = Trim(keep: 0);
        return Of(processId);
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint keep);

    /// <summary>Makes this process's peak what it has now (Linux, proc(5), clear_refs).</summary>
    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");
}
