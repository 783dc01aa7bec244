using System.Text.Json;

namespace DiffusionClassifier.Contracts;

/// <summary>The stable word for an error, such as <c>unknown_label</c>: the same in answers, metrics and spans.</summary>
public static class ErrorCode
{
    public static string Of(ClassificationError error) => JsonNamingPolicy.SnakeCaseLower.ConvertName(error.ToString());
}
