namespace DiffusionClassifier.Cli.Input;

/// <summary>
/// Options that were renamed to match the HTTP API: scripts may have the old names, which still work but are not in the help. Stateless.
/// </summary>
internal static class FormerNames
{
    private const string EndOfOptions = "--"; // what follows it is never an option

    private static readonly Dictionary<string, string> Renamed = new() { ["--deadline"] = "--deadline-ms", ["--caption"] = "--captions" };

    /// <returns>The arguments with the current option names.</returns>
    public static string[] Replace(string[] args)
    {
        int options = Array.IndexOf(args, EndOfOptions) is >= 0 and var end ? end : args.Length;
        return [.. args.Select((argument, index) => index < options ? Replace(argument) : argument)];
    }

    private static string Replace(string argument)
    {
        string name = argument.Split('=', ':')[0];
        return Renamed.TryGetValue(name, out string? current) ? current + argument[name.Length..] : argument;
    }
}
