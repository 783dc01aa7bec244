using DiffusionClassifier.Evaluation.Explanations;

namespace DiffusionClassifier.Evaluation.Tests.Explanations;

public sealed class MapCurvesTests
{
    [Theory]
    [InlineData(0.5, 1.0, 0.5, 0.0)]
    [InlineData(0.7, 0.7, 0.7, 0.7, 0.7)]
    [InlineData(0.125, 1.0, 0.0, 0.0, 0.0, 0.0)]
    [InlineData(0.875, 0.0, 1.0, 1.0, 1.0, 1.0)]
    public void The_area_under_a_curve_is_that_of_its_trapezoids(double area, params double[] curve) =>
        Assert.Equal(area, MapCurves.Area(curve), 12);
}
