using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Explanations;

/// <summary>Compares the winner's maps with those of others, trial by trial: both saw the same noise. For one answer.</summary>
/// <param name="job">Whose it is.</param>
/// <param name="maps">What its rows left behind.</param>
/// <param name="labels">The labels.</param>
internal sealed class MapContrast(ClassificationJob job, ErrorMaps maps, RankedLabels labels)
{
    private readonly int _area = job.Settings.Manifest.Latent.Height * job.Settings.Manifest.Latent.Width;

    /// <summary>The mean difference to one label; null: no trial has the maps of both.</summary>
    /// <param name="label">The label; null: the empty prompt.</param>
    public HeatMap? Against(int? label)
    {
        (double[] mean, double[] squares, int count) = (new double[_area], new double[_area], 0);
        for (int position = 0; position < job.Answered!.Limit; position++)
        {
            if (MapOf(label, position) is not { } other || MapOf(labels.Winner, position) is not { } winner)
                continue;
            double weight = job.Settings.Weights?[position] ?? 1;
            count++;
            for (int place = 0; place < _area; place++) // Welford (1962): exact where differences are small beside their mean
            {
                double difference = weight * (other[place] - winner[place]), before = difference - mean[place];
                mean[place] += before / count;
                squares[place] += before * (difference - mean[place]);
            }
        }

        if (count == 0)
            return null;
        return new HeatMap(label, count, [.. mean.Select(value => (float)value)],
            count == 1 ? null : [.. squares.Select(square => (float)Math.Sqrt(square / (count - 1) / count))]);
    }

    // The mean over the prompts of its arm.
    private double[]? MapOf(int? label, int position)
    {
        var sum = new double[_area];
        IReadOnlyList<int> prompts = labels.Prompts(label);
        foreach (int prompt in prompts)
        {
            if (Twins(prompt).Select(twin => maps.Of(twin, position)).FirstOrDefault(map => map is not null) is not { } map)
                return null;
            for (int place = 0; place < _area; place++)
                sum[place] += map[place] / prompts.Count;
        }

        return sum;
    }

    // Prompts that are the same to the model run once.
    private IEnumerable<int> Twins(int prompt) => job.Likeness is { } likeness
        ? Enumerable.Range(0, job.Settings.Prompts.Count).Where(other => likeness.OfPrompt(other) == likeness.OfPrompt(prompt))
        : [prompt];
}
