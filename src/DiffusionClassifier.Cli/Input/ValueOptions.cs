using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Cli.Input;

/// <summary>Options whose text becomes a value, with errors that say what would have been right.</summary>
internal static class ValueOptions
{
    private const NumberStyles Style = NumberStyles.Float; // no thousands separators: "0,5" would be 5

    /// <summary>One of an enum's words, written as in the JSON contract.</summary>
    public static Option<T?> Choice<T>(string name, string description) where T : struct, Enum
    {
        IReadOnlyList<string> words = EnumWords.All<T>();
        return Parsed<T?>(name, description, string.Join('|', words), (text, result) =>
        {
            if (EnumWords.TryParse(text, out T value))
                return value;
            string hint = NearestName.Hint(text, words);
            result.AddError($"{name} is '{text}'; it must be {string.Join(", ", words)}.{hint}");
            return null;
        });
    }

    /// <summary>A number; the engine checks its range.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">For the help.</param>
    /// <param name="kind">What it must be, as in "a whole number".</param>
    public static Option<T?> Number<T>(string name, string description, string kind) where T : struct, INumber<T> =>
        Parsed<T?>(name, description, "N", (text, result) =>
        {
            if (T.TryParse(text, Style, CultureInfo.InvariantCulture, out T value))
                return value;
            result.AddError($"{name} is '{text}'; it must be {kind}.");
            return null;
        });

    /// <summary>Texts separated by commas; the option may be repeated. For texts that contain commas there are JSON arrays.</summary>
    public static Option<string[]> Texts(string name, string description, string helpName) =>
        Texts(name, description, helpName, text => text.Split(',', StringSplitOptions.TrimEntries));

    /// <summary>Texts as they are, including commas; the option may be repeated. A JSON array holds several.</summary>
    public static Option<string[]> WholeTexts(string name, string description, string helpName) =>
        Texts(name, description, helpName, text => [text]);

    /// <summary>Numbers separated by commas.</summary>
    public static Option<T[]?> Numbers<T>(string name, string description, string helpName) where T : struct, INumber<T> =>
        Parsed<T[]?>(name, description, helpName, (text, result) =>
        {
            string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
            var values = new T[parts.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (T.TryParse(parts[i], Style, CultureInfo.InvariantCulture, out values[i]))
                    continue;
                result.AddError($"{name} holds '{parts[i]}'; it must be numbers separated by commas.");
                return null;
            }

            return values;
        });

    private static Option<string[]> Texts(string name, string description, string helpName, Func<string, string[]> split) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            try
            {
                return [.. result.Tokens.SelectMany(token => token.Value.StartsWith('[') ? FromJson(token.Value) : split(token.Value))];
            }
            catch (JsonException)
            {
                result.AddError($"{name} begins like a JSON array but is not one: write [\"first\", \"second\"].");
                return null;
            }
        },
    };

    private static string[] FromJson(string text) => JsonSerializer.Deserialize<string[]>(text) ?? [];

    private static Option<T> Parsed<T>(string name, string description, string helpName, Func<string, ArgumentResult, T> parse) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => parse(result.Tokens[0].Value, result),
    };
}
