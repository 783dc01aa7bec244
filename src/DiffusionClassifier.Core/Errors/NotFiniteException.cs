using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Errors;

/// <summary>A model computes numbers that are none.</summary>
/// <param name="manifest">The model.</param>
/// <param name="where">In what of it they are.</param>
public sealed class NotFiniteException(ModelManifest manifest, string where)
    : UnusableModelException(
        $"The numbers of the model '{manifest.Id}' are not finite in {where}: {Advice(manifest.IsHalf)}", innerException: null)
{
    /// <summary>What is wrong and what can be done.</summary>
    /// <param name="isHalf">Whether the model computes in float16.</param>
    public static string Advice(bool isHalf) => isHalf
        ? "float16 overflows. Export attention in float32, or all of the model."
        : "the weights are damaged. Copy or export the model again.";
}
