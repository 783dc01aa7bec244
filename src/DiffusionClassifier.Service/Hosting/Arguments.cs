using System.Globalization;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Service.Options;
using DiffusionClassifier.Service.Telemetry;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>What the command line has besides settings: help, and a short form of the address. Stateless.</summary>
internal static class Arguments
{
    public const string Help = """
        Classifies images over HTTP. Settings are arguments (--Engine:MaxLabels 100), environment variables (Engine__MaxLabels=100)
        or appsettings.json; docs/settings.md lists all of them. The main ones:

          --port N                               listen on http://localhost:N [default: 5080]
          --urls URL                             listen elsewhere, as in http://0.0.0.0:8080
          --Models:Folder FOLDER                 a folder of models, or one model [default: models]
          --Engine:DefaultModel NAME             the model of requests that name none [default: the first by name]
          --Engine:Devices:0:Provider PROVIDER   cpu, cuda, or auto: CUDA if it works [default: auto]
          --Engine:Devices:0:Id N                which of the provider's devices [default: 0]
          --Engine:MaxRowsPerRequest N           labels x trials of one request [default: 1000000]
          --Images:Decoder NAME                  Vips, or ImageSharp without native code [default: Vips]
          --ApiKeys:0:Name NAME --ApiKeys:0:Sha256 HASH
                                                 require API keys; name and hash of the first one [default: none]
          --Cors:Origins:0 ORIGIN                other sites whose pages may call, as in https://example.org [default: none]
          --PathBase PATH                        the path under which a proxy exposes the server [default: none]
          --LogFormat FORMAT                     Text or Json [default: Text]
          --help                                 this text

        """;

    public const string Port = "--port";

    private const string DefaultUrl = "http://localhost:5080";

    // Whichever of these is set says where to listen.
    private static readonly string[] Addresses =
        [WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey, "Kestrel:Endpoints"];

    // What stands in no section of the settings.
    private static readonly string[] Names =
    [
        Port[2..], "help", nameof(LogFormat), nameof(AddressOptions.PathBase), WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey,
        WebHostDefaults.HttpsPortsKey, WebHostDefaults.EnvironmentKey, WebHostDefaults.ContentRootKey,
    ];

    public static bool AskForHelp(IEnumerable<string> args) => args.Any(argument => argument is "--help" or "-h" or "-?");

    /// <summary>The arguments with the address in the one form that ASP.NET Core knows.</summary>
    /// <exception cref="ArgumentException">The port is none.</exception>
    public static string[] Expand(IReadOnlyList<string> args)
    {
        List<string> expanded = [];
        for (int at = 0; at < args.Count; at++)
        {
            if (args[at].Equals(Port, StringComparison.OrdinalIgnoreCase))
                expanded.AddRange(Urls(++at < args.Count ? args[at] : ""));
            else if (args[at].StartsWith($"{Port}=", StringComparison.OrdinalIgnoreCase))
                expanded.AddRange(Urls(args[at][(Port.Length + 1)..]));
            else
                expanded.Add(args[at]);
        }

        return [.. expanded];
    }

    /// <summary>Listens where docs/settings.md says, unless a setting says where.</summary>
    public static void UseDefaultAddress(this WebApplicationBuilder builder)
    {
        if (!Addresses.Any(address => builder.Configuration.GetSection(address).Exists()))
            builder.WebHost.UseUrls(DefaultUrl);
    }

    /// <summary>A sentence for each argument that is nearly one: what is none of ours may be the framework's.</summary>
    public static IEnumerable<string> Misspelt(IReadOnlyList<string> args) => new ConfigurationBuilder()
        .AddCommandLine([.. args]).Build().GetChildren()
        .Where(argument => argument.Value is not null && !Names.Contains(argument.Key, StringComparer.OrdinalIgnoreCase))
        .Select(argument => (argument.Key, Hint: NearestName.Hint(argument.Key, Names)))
        .Where(argument => argument.Hint.Length > 0)
        .Select(argument => $"There is no argument --{Excerpt.Of(argument.Key)}: it has no effect.{argument.Hint}");

    private static string[] Urls(string port) =>
        ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0
            ? ["--urls", $"http://localhost:{number}"]
            : throw new ArgumentException($"{Port} is '{port}'; it must be a whole number from 1 to {ushort.MaxValue}.");
}
