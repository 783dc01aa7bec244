using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Calibration;

namespace DiffusionClassifier.Evaluation.Tests.Calibration;

public sealed class UsualErrorsFitTests
{
    private const int Images = 101, Trials = 32;

    [Fact]
    public void Images_of_a_bank_are_spread_evenly_over_the_shares_and_the_usual_errors_follow_the_schedule()
    {
        // Image i has (i + 1)/51 of the usual error; the second class is always worse, and must not count.
        int[] timesteps = [.. Enumerable.Range(0, Trials).Select(trial => 100 + 20 * trial)];
        float[] errors = [.. from image in Enumerable.Range(0, Images)
                             from timestep in timesteps
                             from class_ in new[] { 1, 3 }
                             select (float)(class_ * (image + 1) / 51.0 * (1000 - timestep))];

        UsualErrors usual = UsualErrorsFit.Of(new ErrorBank(errors, timesteps, new int[Images]));

        Assert.Equal(1000 - 410, usual.ByTimestep.At(410), 1.0);
        Assert.Equal(1.0 / 51, usual.Ratios[0], 1e-3);
        Assert.Equal(1, usual.Ratios[5], 1e-2);
        Assert.Equal(101.0 / 51, usual.Ratios[^1], 1e-2);
        Assert.Equal(0.9, usual.ShareBelow(91.0 / 51), 0.01);
    }
}
