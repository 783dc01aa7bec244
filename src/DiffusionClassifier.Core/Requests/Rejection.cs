namespace DiffusionClassifier.Core.Requests;

/// <summary>Below which posterior an answer is none of the labels. Stateless.</summary>
internal static class Rejection
{
    /// <exception cref="Errors.ClassificationException">It is no posterior.</exception>
    public static double? Check(double? posterior) => posterior is null or (> 0 and <= 1)
        ? posterior
        : throw RequestValidator.Invalid("rejectBelow",
            $"rejectBelow is {posterior}; send a posterior above 0 and of at most 1, or leave it out.");
}
