namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>How often each class was taken for each other. Immutable.</summary>
internal sealed class ConfusionMatrix
{
    private readonly int[][] _counts;

    /// <param name="classes">K, at least 1.</param>
    /// <param name="predictions">Indices from 0 to K − 1.</param>
    public ConfusionMatrix(int classes, IEnumerable<LabelledPrediction> predictions)
    {
        _counts = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        foreach (LabelledPrediction prediction in predictions)
            _counts[prediction.Truth][prediction.Predicted]++;
    }

    /// <summary>[truth][prediction].</summary>
    public IReadOnlyList<IReadOnlyList<int>> Counts => _counts;

    /// <summary>Accuracy on the images of each class.</summary>
    public IEnumerable<Proportion> PerClass => _counts.Select((row, truth) => new Proportion(row[truth], row.Sum()));

    /// <summary>The share of the answers with each class that is right.</summary>
    public IEnumerable<Proportion> Precision =>
        _counts.Select((row, label) => new Proportion(row[label], _counts.Sum(others => others[label])));

    /// <summary>The harmonic means of precision and recall, 2·right ÷ (images + answers) of each class; 0 if it has neither.</summary>
    public IEnumerable<double> F1 => PerClass.Zip(Precision, (recall, precision) => recall.Count + precision.Count is > 0 and var sum
        ? 2.0 * recall.Hits / sum
        : 0);

    /// <summary>
    /// Mean of the accuracies of the classes that have images: every class counts the same, however many images it has.
    /// </summary>
    public double MeanPerClass => PerClass.Where(share => share.Count > 0).Select(share => share.Value).DefaultIfEmpty().Average();

    /// <summary>The most frequent mistakes, most frequent first; ties in the order of the classes.</summary>
    public IEnumerable<(int Truth, int Predicted, int Count)> Mistakes => _counts
        .SelectMany((row, truth) => row.Select((count, predicted) => (truth, predicted, count)))
        .Where(cell => cell.truth != cell.predicted && cell.count > 0)
        .OrderByDescending(cell => cell.count);
}
