using DiffusionClassifier.Evaluation.Calibration;

namespace DiffusionClassifier.Evaluation.Tests.Calibration;

public class CrossValidationTests
{
    [Theory]
    [InlineData(10, 5)]
    [InlineData(503, 7)]
    [InlineData(3, 3)]
    public void Folds_hold_each_image_once_and_are_of_one_size(int images, int folds)
    {
        IReadOnlyList<int[]> cut = CrossValidation.Folds(images, folds, seed: 1);

        Assert.Equal(folds, cut.Count);
        Assert.Equal(Enumerable.Range(0, images), cut.SelectMany(fold => fold).Order());
        Assert.InRange(cut.Max(fold => fold.Length) - cut.Min(fold => fold.Length), 0, 1);
    }

    [Fact]
    public void The_same_seed_gives_the_same_folds()
    {
        Assert.Equal(CrossValidation.Folds(100, 5, seed: 7), CrossValidation.Folds(100, 5, seed: 7));
        Assert.NotEqual(CrossValidation.Folds(100, 5, seed: 7), CrossValidation.Folds(100, 5, seed: 8));
    }

    [Fact]
    public void Folds_mix_data_that_are_sorted()
    {
        // Folds of consecutive images would hold one class each where images come sorted by class.
        Assert.All(CrossValidation.Folds(1000, 5, seed: 0), fold => Assert.InRange(fold.Count(image => image < 500), 70, 130));
    }

    [Fact]
    public void The_rest_of_a_fold_is_all_others()
    {
        Assert.Equal([0, 2, 4], CrossValidation.Rest(5, [1, 3]));
    }

    [Fact]
    public void Fewer_images_than_folds_are_refused()
    {
        Assert.Throws<CalibrationException>(() => CrossValidation.Folds(4, 5, seed: 0));
    }
}
