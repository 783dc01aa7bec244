using System.Diagnostics;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests;

/// <summary><c>./dclassify</c> of the repository.</summary>
public sealed class ScriptTests
{
    [Fact]
    public async Task The_script_of_the_repository_works_in_any_folder_also_through_a_link_and_keeps_arguments_and_exit_code()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It is a shell script.");
        using var folder = new TemporaryFolder();
        // A build would take the programs away from the tests that run beside this one.
        File.SetLastWriteTimeUtc(Repository.Program("DiffusionClassifier.Cli", "dclassify"), TimeProvider.System.GetUtcNow().UtcDateTime);
        string link = Path.Combine(folder.Path, "link");
        File.CreateSymbolicLink(link, Path.Combine(Dclassify.Root, "dclassify"));

        (int code, string error) = await RunAsync(link, folder.Path, "classify", "a file.png");

        Assert.Equal((2, "dclassify: There is no file a file.png."), (code, error.Trim()));
    }

    private static async Task<(int Code, string Error)> RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }
}
