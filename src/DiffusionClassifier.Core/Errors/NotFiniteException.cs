namespace DiffusionClassifier.Core.Errors;

/// <summary>A model computes numbers that are none.</summary>
/// <param name="model">The model.</param>
/// <param name="where">In what of it they are.</param>
/// <param name="isHalf">Whether it computes in float16.</param>
/// <param name="advice">What can be done, if more is known than <see cref="Advice"/> says.</param>
public sealed class NotFiniteException(string model, string where, bool isHalf, string? advice = null)
    : UnusableModelException(
        $"The numbers of the model '{model}' are not finite in {where}: {advice ?? Advice(isHalf)}", innerException: null)
{
    /// <summary>What is wrong and what can be done.</summary>
    /// <param name="isHalf">Whether the model computes in float16.</param>
    public static string Advice(bool isHalf) => isHalf
        ? "float16 overflows. Export attention in float32, or the whole model."
        : "the weights are damaged. Copy or export the model again.";
}
