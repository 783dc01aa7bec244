using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>Splits labeled images into folds: what is fitted to all but one of them is measured on that one. Stateless.</summary>
internal static class CrossValidation
{
    /// <summary>
    /// Folds of a random split given by <paramref name="seed"/>: each image is in one of them, and their sizes differ by one at most.
    /// </summary>
    /// <param name="images">How many there are, at least <paramref name="folds"/>.</param>
    /// <param name="folds">At least 2.</param>
    /// <param name="seed">Seed of the split.</param>
    /// <returns>The images of each fold, ascending.</returns>
    /// <exception cref="CalibrationException">There are fewer images than folds.</exception>
    public static IReadOnlyList<int[]> Folds(int images, int folds, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        if (images < folds)
        {
            throw new CalibrationException(
                $"{images} images cannot be cut into {folds} folds: calibrate on more images, or with fewer folds.");
        }

        int[] order = [.. Enumerable.Range(0, images)];
        SeededOrder.Shuffle(order, seed, RandomPurpose.Folds);
        return [.. Enumerable.Range(0, folds).Select(fold => order.Where((_, position) => position % folds == fold).Order().ToArray())];
    }

    /// <summary>The images outside a fold, ascending.</summary>
    public static int[] Rest(int images, int[] fold) => [.. Enumerable.Range(0, images).Except(fold)];
}
