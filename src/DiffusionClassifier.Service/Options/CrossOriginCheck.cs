using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Options;

/// <summary>Checks that every origin is one: a page's address has more, and would match none. Stateless.</summary>
internal sealed partial class CrossOriginCheck(IConfiguration settings) : IValidateOptions<CrossOriginOptions>
{
    private const string List = $"{CrossOriginOptions.Section}:{nameof(CrossOriginOptions.Origins)}";

    public ValidateOptionsResult Validate(string? name, CrossOriginOptions options)
    {
        // One text would bind to nothing.
        if (settings[List] is { Length: > 0 } text)
            return ValidateOptionsResult.Fail($"{List} is '{text}'; it must be a list, as in: {List}:0={text}.");
        return options.Origins.FirstOrDefault(origin => origin != CrossOriginOptions.Any && !IsOrigin(origin)) is { } wrong
            ? ValidateOptionsResult.Fail($"{List} holds '{wrong}'; an origin is scheme://host or scheme://host:port, as in "
                + $"https://example.org, without a slash at the end; or {CrossOriginOptions.Any} for every page.")
            : ValidateOptionsResult.Success;
    }

    private static bool IsOrigin(string text) => Form().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out _);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.\-]*://[^/?#@\\*\s]+\z")]
    private static partial Regex Form();
}
