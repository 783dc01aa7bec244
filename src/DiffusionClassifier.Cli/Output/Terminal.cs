using Spectre.Console;

namespace DiffusionClassifier.Cli.Output;

/// <summary>Where answers go (standard output) and where progress goes (standard error, and only if someone is watching).</summary>
internal static class Terminal
{
    private const int Unlimited = 10_000; // columns: no line is longer, and a pipe has no edge to wrap at
    private const int Narrowest = 80; // columns that the tables need; a narrower terminal wraps their lines itself and loses nothing

    private static readonly Lazy<IAnsiConsole> ErrorConsole = new(() => Create(Console.Error, AnsiSupport.Yes, InteractionSupport.Yes));

    public static IAnsiConsole Out { get; } = CreateOut();

    /// <summary>Null if nothing that moves can be shown.</summary>
    public static IAnsiConsole? Progress =>
        Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is null or "dumb" ? null : ErrorConsole.Value;

    private static IAnsiConsole CreateOut()
    {
        // Some CI systems are detected as supporting color even through a pipe.
        IAnsiConsole console = Console.IsOutputRedirected
            ? Create(new TrimmedWriter(Console.Out), AnsiSupport.No)
            : Create(Console.Out, AnsiSupport.Detect);
        console.Profile.Width = Console.IsOutputRedirected ? Unlimited : Math.Max(console.Profile.Width, Narrowest);
        return console;
    }

    private static IAnsiConsole Create(TextWriter writer, AnsiSupport ansi, InteractionSupport interactive = InteractionSupport.Detect) =>
        AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = ansi,
            // Detection looks at standard output, which may be a pipe while a person watches standard error.
            Interactive = interactive,
        });
}
