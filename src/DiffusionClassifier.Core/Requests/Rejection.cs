namespace DiffusionClassifier.Core.Requests;

/// <summary>The posterior below which an answer is none of the labels. Stateless.</summary>
internal static class Rejection
{
    /// <exception cref="Errors.ClassificationException">It is not a posterior.</exception>
    public static double? Check(double? posterior) => posterior is null or (> 0 and <= 1)
        ? posterior
        : throw RequestValidator.Invalid("rejectBelow",
            $"rejectBelow is {posterior}; send a posterior above 0 and at most 1, or leave it out.");
}
