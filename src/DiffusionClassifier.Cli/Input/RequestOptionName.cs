using System.Reflection;
using System.Text.Json;

namespace DiffusionClassifier.Cli.Input;

/// <summary>The name of a request's field on the command line: <c>NoiseDraws</c> is <c>--noise-draws</c>. Stateless.</summary>
internal static class RequestOptionName
{
    public static string Of(PropertyInfo property) => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name)}";
}
