namespace DiffusionClassifier.Evaluation.Benches.Mixed;

/// <summary>How many rows one request has had so far.</summary>
internal sealed class RowCounter : IProgress<ClassificationProgress>
{
    private volatile int _rows;

    public int Rows => _rows;

    public void Report(ClassificationProgress value) => _rows = value.Rows;
}
