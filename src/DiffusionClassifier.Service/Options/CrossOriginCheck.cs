using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Options;

/// <summary>Checks that every origin is an origin: a page's address has more, and would never match. Stateless.</summary>
/// <param name="text">What stands in the list's place if that is one text, which binds to nothing.</param>
internal sealed partial class CrossOriginCheck(string? text) : IValidateOptions<CrossOriginOptions>
{
    public ValidateOptionsResult Validate(string? name, CrossOriginOptions options) =>
        Problem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    private string? Problem(CrossOriginOptions options)
    {
        const string List = CrossOriginOptions.List;
        if (!string.IsNullOrEmpty(text))
            return $"{List} is '{text}'; it must be a list, as in: {List}:0={text}.";
        return options.Origins.FirstOrDefault(origin => origin != CrossOriginOptions.Any && !IsOrigin(origin)) is { } wrong
            ? $"{List} holds '{wrong}'; an origin is scheme://host or scheme://host:port, as in https://example.org, without a slash at "
                + $"the end; or {CrossOriginOptions.Any} for every page."
            : null;
    }

    private static bool IsOrigin(string origin) => Form().IsMatch(origin) && Uri.TryCreate(origin, UriKind.Absolute, out _);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.\-]*://[^/?#@\\*\s]+\z")]
    private static partial Regex Form();
}
