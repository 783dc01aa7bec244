using System.Diagnostics;
using System.Text.RegularExpressions;

namespace DiffusionClassifier.Cli.Tests;

/// <summary>The program as a process of its own, run in the repository's root with its output piped.</summary>
internal sealed partial record Dclassify(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60); // a hung program must not hang the tests

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string[] Command { get; } =
        [
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            Path.Combine(AppContext.BaseDirectory, "dclassify.dll"),
        ];

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<Dclassify> RunAsync(params string[] arguments) => RunToEndAsync(Start(arguments));

    /// <summary>With something piped in.</summary>
    public static Task<Dclassify> RunWithInputAsync(byte[] input, params string[] arguments)
    {
        Process process = Start(arguments);
        process.StandardInput.BaseStream.Write(input); // smaller than a pipe holds: nothing has to read it yet
        return RunToEndAsync(process);
    }

    /// <summary>As a user at a terminal sees it, errors and all, without the colors.</summary>
    public static async Task<Dclassify> RunInTerminalAsync(params string[] arguments)
    {
        string command = string.Join(' ', [.. Command, .. arguments]); // no word of them has a space
        Dclassify run = await RunToEndAsync(Start("script", ["--quiet", "--return", "--command", command, "/dev/null"]));
        return run with { Output = AnsiCodes().Replace(run.Output, "") };
    }

    public static Process Start(params IEnumerable<string> arguments) => Start(Command[0], [.. Command[1..], .. arguments]);

    private static async Task<Dclassify> RunToEndAsync(Process started)
    {
        using Process process = started;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token),
            error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new Dclassify(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("DC_MODELS"); // whatever the developer has set
        start.Environment["TERM"] = "xterm";
        return Process.Start(start)!;
    }

    private static string FindRoot(string folder) => Directory.EnumerateFiles(folder, "*.sln").Any()
        ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository."));

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]")]
    private static partial Regex AnsiCodes();
}
