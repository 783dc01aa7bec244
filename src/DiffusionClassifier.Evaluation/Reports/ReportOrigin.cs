using System.Reflection;
using System.Runtime.InteropServices;

namespace DiffusionClassifier.Evaluation.Reports;

/// <summary>Where a report comes from, so that anyone can judge and repeat it.</summary>
/// <param name="Date">When it was written.</param>
/// <param name="Version">Of this software.</param>
/// <param name="Command">The command that made it.</param>
/// <param name="Machine">CPU, memory and operating system.</param>
public sealed record ReportOrigin(DateTimeOffset Date, string Version, string Command, string Machine)
{
    private const string ProcessorFile = "/proc/cpuinfo", ProcessorField = "model name"; // Linux
    private const string ProcessorVariable = "PROCESSOR_IDENTIFIER"; // Windows
    private const double Gibi = 1 << 30;

    /// <summary>What ran the model, as <c>cuda:0</c>; null for a replay, which runs none.</summary>
    public string? Device { get; init; }

    /// <summary>For this process on this machine.</summary>
    /// <param name="command">The command as it was typed.</param>
    /// <param name="time">The clock.</param>
    public static ReportOrigin Here(string command, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        string version = typeof(ReportOrigin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        double memory = Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gibi);
        string processor = Processor() ?? $"{RuntimeInformation.OSArchitecture} CPU";
        string machine = $"{processor}, {Environment.ProcessorCount} threads, {memory} GiB, {RuntimeInformation.OSDescription}";
        return new ReportOrigin(time.GetUtcNow(), version, command, machine);
    }

    private static string? Processor()
    {
        if (!File.Exists(ProcessorFile))
            return Environment.GetEnvironmentVariable(ProcessorVariable);
        return File.ReadLines(ProcessorFile)
            .FirstOrDefault(line => line.StartsWith(ProcessorField, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
    }
}
