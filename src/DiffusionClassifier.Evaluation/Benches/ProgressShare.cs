namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>The progress of one part of something.</summary>
/// <param name="whole">Gets the share of the whole.</param>
/// <param name="begin">Where the part begins.</param>
/// <param name="share">How much of the whole it is.</param>
internal sealed class ProgressShare(IProgress<double> whole, double begin, double share) : IProgress<double>
{
    public void Report(double value) => whole.Report(begin + share * value);
}
