using System.Globalization;

namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>Resident memory of a process, from Linux's <c>/proc/PID/status</c>: native libraries' too.</summary>
/// <param name="Resident">Bytes now.</param>
/// <param name="Peak">The most bytes since the process began.</param>
public readonly record struct ProcessMemory(long Resident, long Peak)
{
    public static ProcessMemory Of(int processId)
    {
        string[] lines = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessMemory(Field("VmRSS:"), Field("VmHWM:"));

        long Field(string name) => long.Parse(lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..^" kB".Length].Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>As <see cref="Of"/>, after this process has given back what it can.</summary>
    public static ProcessMemory Settled(int processId)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return Of(processId);
    }

    /// <summary>Makes this process's peak what it has now (Linux, proc(5), clear_refs).</summary>
    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");
}
