using System.CommandLine;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Client;

namespace DiffusionClassifier.Cli.Servers;

/// <summary>Options of commands that a server can answer in place of an engine here.</summary>
internal sealed class ServerOptions
{
    private const string KeyVariable = "DCLASSIFY_API_KEY";
    private const int Retries = 3; // somebody waits: three seconds, where the server does not say how long

    private readonly Option<Uri?> _url = new("--url")
    {
        Description = "Ask the server at this address in place of an engine here. Several images are one batch there.",
        HelpName = "http://HOST:PORT",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
                return address;
            result.AddError($"--url is '{text}'; it must be a server's address, as in http://localhost:5080.");
            return null;
        },
    };

    private readonly Option<string?> _key = new("--api-key")
    {
        Description = $"The server's API key or token; other users of this machine may see it here. [default: ${KeyVariable}]",
        HelpName = "KEY",
    };

    public IEnumerable<Option> All => [_url, _key];

    /// <summary>The server to ask; null: none, so it is done here.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="local">Options that mean nothing to a server.</param>
    /// <exception cref="UserException">The options contradict each other.</exception>
    public ClassifierClient? Read(ParseResult parsed, params ReadOnlySpan<Option> local)
    {
        if (parsed.GetValue(_url) is not { } address)
        {
            return parsed.GetValue(_key) is null
                ? null
                : throw new UserException($"{_key.Name} is for a server: give its address with {_url.Name} as well.");
        }

        foreach (Option option in local)
        {
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UserException($"{option.Name} is for an engine here: leave it out, or leave out {_url.Name}.");
        }

        return ClassifierClient.Connect(new ClassifierClientOptions
        {
            Address = address,
            ApiKey = parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable) switch { "" => null, var key => key },
            Retries = Retries,
        });
    }
}
