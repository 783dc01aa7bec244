using System.Reflection;
using System.Text.Json;

namespace DiffusionClassifier.Cli.Input;

/// <summary>What a field of a request is called on the command line: <c>NoiseDraws</c> is <c>--noise-draws</c>. Stateless.</summary>
internal static class RequestOptionName
{
    public static string Of(PropertyInfo property) => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name)}";
}
