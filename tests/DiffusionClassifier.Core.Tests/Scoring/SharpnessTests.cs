using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class SharpnessTests
{
    private const int Elements = 3072;

    [Theory]
    [InlineData(null, null, null, PosteriorPreset.Paper, Elements)]
    [InlineData(null, null, 40.0, PosteriorPreset.Fitted, 40)]
    [InlineData(null, PosteriorPreset.Paper, 40.0, PosteriorPreset.Paper, Elements)]
    [InlineData(null, PosteriorPreset.Mean, 40.0, PosteriorPreset.Mean, 1)]
    [InlineData(null, PosteriorPreset.Fitted, 40.0, PosteriorPreset.Fitted, 40)]
    [InlineData(0.5, null, null, PosteriorPreset.Temperature, 2)]
    [InlineData(0.5, PosteriorPreset.Mean, 40.0, PosteriorPreset.Temperature, 2)]
    [InlineData(0.5, PosteriorPreset.Temperature, null, PosteriorPreset.Temperature, 2)]
    public void A_temperature_decides_before_a_preset_and_a_preset_before_what_was_fitted(double? temperature, PosteriorPreset? preset, double? fitted, PosteriorPreset expected, double beta)
    {
        Sharpness sharpness = Sharpness.Resolve(temperature, preset, fitted, Elements);

        Assert.Equal(new Sharpness(expected, beta), sharpness);
        Assert.Equal(expected == PosteriorPreset.Fitted, sharpness.Calibrated);
    }
}
