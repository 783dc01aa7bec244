using System.CommandLine;
using System.CommandLine.Parsing;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Cli.Input;

/// <summary>What is wrong with a command line, as one line: the parser reports every consequence of a slip, people want the slip.</summary>
internal static class ParseErrors
{
    public static UserException Explain(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [string token, ..])
        {
            return token.StartsWith('-') ? UnknownOption(token, command)
                : command is RootCommand ? UnknownCommand(token, command)
                : new UserException($"'{token}' is one argument too many. {Help(command)}");
        }

        return new UserException($"{parsed.Errors[0].Message.TrimEnd('.')}. {Help(command)}");
    }

    /// <summary>For an argument that takes anything: what looks like an option and names no file is a misspelt option.</summary>
    public static void RefuseUnknownOptions(ArgumentResult result)
    {
        if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-') && !File.Exists(token.Value)) is { } token)
            result.AddError(UnknownOption(token.Value, ((CommandResult)result.Parent!).Command).Message);
    }

    private static UserException UnknownOption(string token, Command command)
    {
        string name = token.Split('=', ':')[0];
        IEnumerable<string> options = command.Options.Select(option => option.Name).Append(SharedOptions.Verbose.Name);
        return new UserException(NearestName.Find(name, options) is { } nearest
            ? $"There is no option '{name}'. Did you mean '{nearest}'?"
            : $"There is no option '{name}'. {Help(command)}");
    }

    private static UserException UnknownCommand(string token, Command root)
    {
        string[] commands = [.. root.Subcommands.Select(command => command.Name)];
        string hint = NearestName.Find(token, commands) is { } nearest ? $"Did you mean '{nearest}'?" : $"The commands: {string.Join(", ", commands)}.";
        return new UserException($"There is no command '{token}'. {hint}");
    }

    private static string Help(Command command) => $"See dclassify {(command is RootCommand ? "" : $"{command.Name} ")}--help.";
}
