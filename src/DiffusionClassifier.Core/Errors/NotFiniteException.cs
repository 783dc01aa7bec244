using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Errors;

/// <summary>A model computes numbers that are none.</summary>
/// <param name="what">What is not finite, with its verb.</param>
/// <param name="manifest">The model.</param>
public sealed class NotFiniteException(string what, ModelManifest manifest)
    : UnusableModelException($"{what} not finite: {Advice(manifest.IsHalf)}", innerException: null)
{
    /// <summary>What is wrong and what can be done.</summary>
    /// <param name="isHalf">Whether the model computes in float16.</param>
    public static string Advice(bool isHalf) => isHalf
        ? "float16 overflows. Export attention in float32, or all of the model."
        : "the weights are damaged. Copy or export the model again.";

    /// <summary>How many rows are meant, with the verb.</summary>
    public static string Count(int rows, int all) => $"{rows} of {all} {(rows == 1 ? "rows is" : "rows are")}";
}
