using System.CommandLine;
using System.CommandLine.Invocation;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Cli.Input;

namespace DiffusionClassifier.Cli;

/// <summary>The program: parses, runs one command, and turns any error into one line and an exit code.</summary>
internal sealed class CommandLine
{
    private readonly RootCommand _root = new(
        "Classifies images with diffusion models: the label that helps the model most to predict the noise added to the image "
            + "wins.");

    public CommandLine(params ReadOnlySpan<Command> commands)
    {
        foreach (Command command in commands)
            _root.Add(command);
        _root.Add(SharedOptions.Verbose);
        _root.SetAction(_ => _root.Parse("--help").Invoke());
    }

    public async Task<int> RunAsync(string[] args)
    {
        // An image's name may begin with @, so there are no response files.
        ParseResult parsed = _root.Parse(FormerNames.Replace(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        bool verbose = args.Contains(SharedOptions.Verbose.Name);
        try
        {
            if (parsed.Action is ParseErrorAction)
                throw ParseErrors.Explain(parsed);
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception exception)
        {
            return ErrorReport.Write(exception, verbose);
        }
    }
}
