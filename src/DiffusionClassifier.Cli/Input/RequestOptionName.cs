using System.Reflection;
using System.Text.Json;

namespace DiffusionClassifier.Cli.Input;

/// <summary>What a field of a request is called on the command line: <c>NoiseDraws</c> is <c>--noise-draws</c>. Stateless.</summary>
internal static class RequestOptionName
{
    private const string Milliseconds = "Ms"; // the help says the unit

    public static string Of(PropertyInfo property)
    {
        string name = property.Name.EndsWith(Milliseconds, StringComparison.Ordinal)
            ? property.Name[..^Milliseconds.Length]
            : property.Name;
        return $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(name)}";
    }
}
