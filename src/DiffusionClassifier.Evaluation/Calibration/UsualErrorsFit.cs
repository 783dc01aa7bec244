using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Evaluation.Banks;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>The winners' errors on the images of a bank, which are of the kind that the model knows. Stateless.</summary>
internal static class UsualErrorsFit
{
    // About where a race ends: ratios over fewer trials scatter more, and an image must not look odd because of a race.
    private const int TrialsOfRatio = 16;

    // As many as for fitted weights: errors change slowly with t.
    private const int MostKnots = 9;

    public static UsualErrors Of(ErrorBank bank)
    {
        int[] winners = [.. Enumerable.Range(0, bank.Images).Select(image => Winner(bank.MeanErrors(image)))];
        TimestepWeights byTimestep = ByTimestep(bank, winners);
        var unscaled = new UsualErrors(byTimestep, UsualErrors.Shares); // only for its ratios
        double[] ratios = [.. Enumerable.Range(0, bank.Images).Select(image => unscaled.Ratio(Raced(bank, image, winners[image]))).Order()];
        return new UsualErrors(byTimestep, UsualErrors.Shares.Select(share => Quantile(ratios, share)));
    }

    private static int Winner(double[] means) => Array.IndexOf(means, means.Min());

    private static IEnumerable<(int Timestep, double Error)> Raced(ErrorBank bank, int image, int winner) => bank.Order.Take(TrialsOfRatio)
        .Select(trial => (bank.Timesteps[trial], (double)bank.Errors(image, trial)[winner]));

    // The mean error in each of a few stretches of the schedule, at the mean timestep of its trials.
    private static TimestepWeights ByTimestep(ErrorBank bank, int[] winners)
    {
        int first = bank.Timesteps.Min(), width = bank.Timesteps.Max() - first + 1, knots = Math.Min(MostKnots, width);
        (int Timestep, double Error)[] places = [.. Enumerable.Range(0, bank.Trials)
            .GroupBy(trial => (long)(bank.Timesteps[trial] - first) * knots / width)
            .Select(stretch => ((int)Math.Round(stretch.Average(trial => bank.Timesteps[trial])), stretch.Average(MeanError)))
            .OrderBy(place => place.Item1)];
        return new TimestepWeights(places.Select(place => place.Timestep), places.Select(place => place.Error));

        double MeanError(int trial) => winners.Select((winner, image) => (double)bank.Errors(image, trial)[winner]).Average();
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }
}
