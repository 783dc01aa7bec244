using System.CommandLine;
using System.CommandLine.Parsing;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Cli.Input;

/// <summary>
/// What is wrong with a command line, as one line: the parser reports every consequence of a mistake, people want the mistake.
/// </summary>
internal static class ParseErrors
{
    public static UserException Explain(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string message = parsed.UnmatchedTokens switch
        {
            [var token, ..] when token.StartsWith('-') => UnknownOption(token, command),
            [var token, ..] when command is RootCommand => UnknownCommand(token, command),
            [var token, ..] => $"'{token}' is one argument too many.",
            _ => Missing(parsed) ?? parsed.Errors[0].Message,
        };
        // A question already says what to do.
        return new UserException(
            message.EndsWith('?') ? message : $"{message} See dclassify {(command is RootCommand ? "" : $"{command.Name} ")}--help.");
    }

    /// <summary>For an argument that takes anything: what looks like an option and names no file is a misspelled option.</summary>
    public static void RefuseUnknownOptions(ArgumentResult result)
    {
        if (result.Tokens.FirstOrDefault(
            token => token.Value.StartsWith('-') && token.Value != ImageFile.StandardInput && !File.Exists(token.Value)) is { } token)
            result.AddError(UnknownOption(token.Value, ((CommandResult)result.Parent!).Command));
    }

    // The parser's own words, "Required argument missing", do not say which.
    private static string? Missing(ParseResult parsed)
    {
        CommandResult command = parsed.CommandResult;
        if (command.Children.OfType<OptionResult>().FirstOrDefault(
            result => !result.Implicit && result.Tokens.Count < result.Option.Arity.MinimumNumberOfValues) is { Option: var option })
        {
            return $"{option.Name} needs a value: {option.Name} <{option.HelpName}>.";
        }

        Argument? argument = command.Command.Arguments.FirstOrDefault(
            argument => (parsed.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues);
        return argument is null
            ? null
            : $"{command.Command.Name} needs {(argument.Arity.MaximumNumberOfValues > 1 ? "at least one" : "a")} {argument.Name}.";
    }

    private static string UnknownOption(string token, Command command)
    {
        string name = token.Split('=', ':')[0];
        IEnumerable<string> options = command.Options.Select(option => option.Name).Append(SharedOptions.Verbose.Name);
        return $"There is no option '{name}'." + NearestName.Hint(name, options);
    }

    private static string UnknownCommand(string token, Command root)
    {
        string[] commands = [.. root.Subcommands.Select(command => command.Name)];
        string hint = NearestName.Find(token, commands) is { } nearest
            ? $"Did you mean '{nearest}'?"
            : $"The commands: {string.Join(", ", commands)}.";
        return $"There is no command '{token}'. {hint}";
    }
}
