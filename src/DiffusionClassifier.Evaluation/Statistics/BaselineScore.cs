namespace DiffusionClassifier.Evaluation.Statistics;

/// <summary>How a baseline did on the same images. Shares are from 0 to 1.</summary>
/// <param name="Name">What it is.</param>
/// <param name="TrainedOn">The data set that it was fitted to, as KIND:NAME.</param>
/// <param name="TrainingImages">How many images of it.</param>
/// <param name="Images">How many images it was measured on.</param>
/// <param name="Top1">The share of images whose true label won.</param>
/// <param name="StandardError">Of <paramref name="Top1"/>: √(p(1−p)/n).</param>
/// <param name="Top1Interval">Of <paramref name="Top1"/>, by Wilson.</param>
/// <param name="Ece">Expected calibration error in 15 bins.</param>
/// <param name="SecondsPerImage">From pixels to answer, on this machine's processor.</param>
internal sealed record BaselineScore(
    string Name,
    string TrainedOn,
    int TrainingImages,
    int Images,
    double Top1,
    double StandardError,
    Interval Top1Interval,
    double Ece,
    double SecondsPerImage);
