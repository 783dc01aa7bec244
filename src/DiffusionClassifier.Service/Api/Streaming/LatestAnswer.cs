using System.Threading.Channels;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Service.Api.Streaming;

/// <summary>
/// Between a device's thread, which must not wait, and a client, which may be slow: keeps the newest answer so far and drops those that
/// nobody has read. Thread-safe.
/// </summary>
internal sealed class LatestAnswer : IProgress<ClassificationProgress>
{
    private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Channel<ClassificationResult> _answers =
        Channel.CreateBounded<ClassificationResult>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Completes when the engine has admitted the request.</summary>
    public Task Admitted => _admitted.Task;

    public ChannelReader<ClassificationResult> Reader => _answers.Reader;

    public void Report(ClassificationProgress value)
    {
        _admitted.TrySetResult();
        if (value.Answer is { } answer)
            _answers.Writer.TryWrite(answer);
    }

    /// <summary>There is the answer itself, or a failure.</summary>
    public void Complete() => _answers.Writer.TryComplete();
}
