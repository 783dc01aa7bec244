using Spectre.Console;

namespace DiffusionClassifier.Cli.Output;

/// <summary>Where answers go (standard output) and where progress goes (standard error, and only if someone is watching).</summary>
internal static class Terminal
{
    private const int Unlimited = 10_000; // columns: no line of ours is longer, and a pipe has no edge at which to fold

    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Null where standard error is no terminal.</summary>
    public static IAnsiConsole? Progress => Console.IsErrorRedirected ? null : ErrorConsole.Value;

    private static readonly Lazy<IAnsiConsole> ErrorConsole = new(() => Create(Console.Error, redirected: false));

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect, // some CI systems are detected as colourful even through a pipe
        });
        if (redirected)
            console.Profile.Width = Unlimited;
        return console;
    }
}
