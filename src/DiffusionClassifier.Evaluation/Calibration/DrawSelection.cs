using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Calibration;

/// <summary>
/// Chooses draws one by one: each time the one with which the mean error over all so far makes the true labels most likely. Measured by
/// cross-validation against evenly spaced draws. Stateless.
/// </summary>
internal static class DrawSelection
{
    private const int MostDraws = 32; // more differ little from as many even ones
    private const int PooledDraws = 16; // enough for the scale of one draw's errors, whichever it is
    private static readonly int[] Compared = [4, 8, 16, 32];

    /// <param name="bank">Errors of labeled images on trials with noise of their own.</param>
    /// <param name="folds">Folds of the cross-validation, at least 2.</param>
    /// <param name="seed">Seed of its split.</param>
    /// <exception cref="EvaluationException">The bank does not say which noise its trials have.</exception>
    /// <exception cref="CalibrationException">Nothing can be fitted to these errors.</exception>
    public static DrawCalibration Run(ErrorBank bank, int folds, ulong seed)
    {
        if (bank.Settings is not { } settings)
        {
            throw new EvaluationException(
                "--draws needs a bank that evaluate --bank made: this one does not say which noise its trials have.");
        }

        int count = Math.Min(MostDraws, bank.Trials / 2);
        if (count < Compared[0])
            throw new EvaluationException($"--draws chooses among many trials; the bank has {bank.Trials}: make one with 128.");
        int[] all = [.. Enumerable.Range(0, bank.Images)];
        (int[] chosen, double[] betas) = Choose(bank, all, count);
        var draws = new ChosenDraws(settings.Seed, chosen.Select(trial => new Trial(trial, bank.Timesteps[trial])), betas);
        return new DrawCalibration(draws, [.. Compare(bank, count, CrossValidation.Folds(bank.Images, folds, seed))]);
    }

    private static IEnumerable<DrawComparison> Compare(ErrorBank bank, int count, IReadOnlyList<int[]> folds)
    {
        (int[] Fold, int[] Others)[] splits = [.. folds.Select(fold => (fold, CrossValidation.Rest(bank.Images, fold)))];
        (int[] Fold, int[] Others, int[] Chosen)[] parts =
            [.. splits.Select(split => (split.Fold, split.Others, Choose(bank, split.Others, count).Trials))];
        foreach (int draws in Compared.Where(draws => draws <= count))
        {
            int[] even = Even(bank, draws);
            yield return new DrawComparison(draws, Measure(_ => even), Measure(chosen => chosen[..draws]));
        }

        PosteriorQuality Measure(Func<int[], int[]> trialsOf)
        {
            List<double[]> posteriors = [];
            foreach ((int[] fold, int[] others, int[] chosen) in parts)
            {
                int[] trials = trialsOf(chosen);
                double beta = TemperatureFit.Fit(Means(bank, others, trials)).Beta;
                posteriors.AddRange(MeasuredQuality.LogPosteriors(Means(bank, fold, trials), beta));
            }

            return MeasuredQuality.Of(posteriors, [.. parts.SelectMany(part => part.Fold).Select(image => bank.Labels[image])]);
        }
    }

    private static (int[] Trials, double[] Betas) Choose(ErrorBank bank, int[] images, int count)
    {
        var sums = new double[images.Length][];
        for (int i = 0; i < images.Length; i++)
            sums[i] = new double[bank.Classes];
        List<int> chosen = [];
        List<double> betas = [];
        double beta = TemperatureFit.Fit(Singles(bank, images)).Beta;
        while (chosen.Count < count)
        {
            int draws = chosen.Count + 1;
            int best = Enumerable.Range(0, bank.Trials).Except(chosen)
                .MinBy(trial => NegativeLogLikelihood(bank, images, sums, trial, beta / draws));
            chosen.Add(best);
            for (int i = 0; i < images.Length; i++)
                Add(sums[i], bank.Errors(images[i], best));
            betas.Add(beta = TemperatureFit.Fit(Means(bank, images, chosen)).Beta);
        }

        return ([.. chosen], [.. betas]);
    }

    // Of the sums with one more trial.
    private static double NegativeLogLikelihood(ErrorBank bank, int[] images, double[][] sums, int trial, double beta)
    {
        double total = 0;
        for (int i = 0; i < images.Length; i++)
        {
            ReadOnlySpan<float> errors = bank.Errors(images[i], trial);
            double[] known = sums[i];
            double least = double.PositiveInfinity, sum = 0;
            for (int label = 0; label < known.Length; label++)
                least = Math.Min(least, known[label] + errors[label]);
            for (int label = 0; label < known.Length; label++)
                sum += Math.Exp(-beta * (known[label] + errors[label] - least));
            int truth = bank.Labels[images[i]];
            total += beta * (known[truth] + errors[truth] - least) + Math.Log(sum);
        }

        return total;
    }

    // What a single draw says, whichever it is.
    private static LabelledErrors Singles(ErrorBank bank, int[] images)
    {
        (int Image, int Trial)[] all =
            [.. Even(bank, Math.Min(bank.Trials, PooledDraws)).SelectMany(trial => images.Select(image => (image, trial)))];
        return new LabelledErrors(
            all.Select(one => Array.ConvertAll(bank.Errors(one.Image, one.Trial).ToArray(), error => (double)error)),
            all.Select(one => bank.Labels[one.Image]));
    }

    private static int[] Even(ErrorBank bank, int draws) =>
        [.. Enumerable.Range(0, draws).Select(s => (int)(bank.Trials * (2L * s + 1) / (2L * draws)))];

    private static LabelledErrors Means(ErrorBank bank, IReadOnlyList<int> images, IReadOnlyList<int> trials) => new(
        images.Select(image =>
        {
            var means = new double[bank.Classes];
            foreach (int trial in trials)
                Add(means, bank.Errors(image, trial));
            for (int label = 0; label < means.Length; label++)
                means[label] /= trials.Count;
            return means;
        }),
        images.Select(image => bank.Labels[image]));

    private static void Add(double[] sums, ReadOnlySpan<float> errors)
    {
        for (int label = 0; label < sums.Length; label++)
            sums[label] += errors[label];
    }
}
