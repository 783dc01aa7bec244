using System.Net;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Options;

/// <summary>Checks the path and the proxies. Stateless.</summary>
internal sealed class AddressCheck(IConfiguration settings) : IValidateOptions<AddressOptions>
{
    private const string List = $"{nameof(AddressOptions.Proxies)}:{nameof(ProxyOptions.Known)}";

    public ValidateOptionsResult Validate(string? name, AddressOptions options) =>
        Problem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    private string? Problem(AddressOptions options)
    {
        string path = options.PathBase;
        if (path.Length > 0 && (path[0] != '/' || path.Contains("//", StringComparison.Ordinal) || path.IndexOfAny(['?', '#', '\\']) >= 0))
            return $"PathBase is '{path}'; it must be a path that begins with a slash, as in /vision.";
        if (settings[List] is { Length: > 0 } text) // would bind to nothing
            return $"{List} is '{text}'; it must be a list, as in: {List}:0={text}.";
        return options.Proxies.Known.FirstOrDefault(known => !IsAddress(known)) is { } wrong
            ? $"{List} holds '{wrong}'; it must be an address or a network, as in 10.0.0.7 or 10.0.0.0/8."
            : null;
    }

    private static bool IsAddress(string text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _);
}
