using System.Diagnostics;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Runs a command line as a user would type it.</summary>
internal static class Shell
{
    public static async Task<(int ExitCode, string Output)> RunAsync(string command, CancellationToken cancellationToken)
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken); // read, so that a talkative program does not block
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await errors;
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output);
    }
}
