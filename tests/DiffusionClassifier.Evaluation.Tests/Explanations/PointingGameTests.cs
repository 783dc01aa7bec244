using DiffusionClassifier.Evaluation.Explanations;

namespace DiffusionClassifier.Evaluation.Tests.Explanations;

public sealed class PointingGameTests
{
    private static readonly PixelMap TopRight = new(2, 2, [0, 1, 0, 0]);

    [Theory]
    [InlineData(true, 40, 10, 20, 20)]
    [InlineData(true, 48, 16, 1, 1)]
    [InlineData(false, 49, 10, 20, 20)]
    [InlineData(false, 40, 17, 20, 20)]
    [InlineData(false, 0, 40, 20, 20)]
    public void A_map_points_to_an_object_if_its_maximum_lies_in_the_box(bool isHit, double x, double y, double width, double height) =>
        Assert.Equal(isHit, PointingGame.IsHit(TopRight, Image(64, 64), [new ObjectBox(x, y, width, height)]));

    [Fact]
    public void The_map_lies_over_the_square_in_the_middle_of_a_wide_image()
    {
        // The square begins at 50, so the maximum is at 50 + 75.
        Assert.True(PointingGame.IsHit(TopRight, Image(200, 100), [new ObjectBox(124, 24, 2, 2)]));
        Assert.False(PointingGame.IsHit(TopRight, Image(200, 100), [new ObjectBox(74, 24, 2, 2)]));
    }

    [Fact]
    public void Any_of_several_objects_will_do() =>
        Assert.True(PointingGame.IsHit(TopRight, Image(64, 64), [new ObjectBox(0, 0, 1, 1), new ObjectBox(40, 10, 20, 20)]));

    private static ExplainedImage Image(int width, int height) => new(null, width, height, 2, 2, 8, TopRight.Values, 0, []);
}
