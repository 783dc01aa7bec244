using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Cli.Classify;

/// <summary>What answers for images: an engine here, or a server.</summary>
internal interface IImageAnswers
{
    /// <param name="files">The images.</param>
    /// <param name="request">The request without its image.</param>
    /// <param name="progress">Gets the progress of all of them.</param>
    /// <param name="ready">Gets the result for each as soon as it is known, one after the other.</param>
    /// <param name="cancellationToken">Ends all that are not ready.</param>
    Task RunAsync(IReadOnlyList<string> files, ClassificationRequest request, IProgressDisplay progress,
        Action<ImageOutcome> ready, CancellationToken cancellationToken);
}
