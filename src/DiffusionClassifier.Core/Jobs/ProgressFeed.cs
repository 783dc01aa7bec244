using System.Threading.Channels;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>
/// Between a device's thread, which must not wait, and whoever follows a request, who may be slow: keeps the newest news and drops those
/// that nobody has read. Thread-safe but for the times of answers, which belong to the scheduler's lock.
/// </summary>
/// <param name="answersEvery">The time between two answers so far; null: none.</param>
internal sealed class ProgressFeed(TimeSpan? answersEvery)
{
    private readonly Channel<ClassificationProgress> _news =
        Channel.CreateBounded<ClassificationProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Lock _gate = new();
    private TimeSpan _lastAnswer; // since the request came
    private ClassificationResult? _answer; // which goes on with later news, as they may replace those that it came with

    public ChannelReader<ClassificationProgress> Reader => _news.Reader;

    /// <summary>Whether it is time for an answer so far.</summary>
    public bool IsAnswerDue(TimeSpan waited) => answersEvery is { } interval && waited - _lastAnswer >= interval;

    public void AnswerMade(TimeSpan waited) => _lastAnswer = waited;

    public void Report(int rows, int maxRows, ClassificationResult? answer = null)
    {
        lock (_gate) // devices report side by side
        {
            _answer = answer ?? _answer;
            _news.Writer.TryWrite(new ClassificationProgress(rows, maxRows, _answer));
        }
    }

    /// <summary>There is the answer itself, or a failure.</summary>
    public void Complete() => _news.Writer.TryComplete();
}
