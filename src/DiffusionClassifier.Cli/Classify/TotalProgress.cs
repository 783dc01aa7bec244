using DiffusionClassifier.Evaluation.Formats;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>
/// Adds up the progress of several images; for a single one, also shows the leader. Thread-safe: images report on the device's thread and
/// on pool threads.
/// </summary>
internal sealed class TotalProgress(int pictures, IProgressDisplay total)
{
    private readonly Lock _gate = new();
    private readonly double[] _shares = new double[pictures];
    private double _sum;

    public IProgress<ClassificationProgress> Of(int picture) => new Picture(this, picture);

    public void Finish(int picture) => Set(picture, 1);

    private void Set(int picture, double share)
    {
        lock (_gate)
        {
            _sum += share - _shares[picture];
            _shares[picture] = share;
            total.Report(_sum / _shares.Length);
        }
    }

    private void Show(ClassificationResult answer)
    {
        if (_shares.Length == 1)
            total.Note($"{answer.Labels[0].Label} {Figures.Percent(answer.Labels[0].Posterior)}");
    }

    private sealed class Picture(TotalProgress owner, int index) : IProgress<ClassificationProgress>
    {
        public void Report(ClassificationProgress value)
        {
            owner.Set(index, (double)value.Rows / value.MaxRows);
            if (value.Answer is { } answer)
                owner.Show(answer);
        }
    }
}
