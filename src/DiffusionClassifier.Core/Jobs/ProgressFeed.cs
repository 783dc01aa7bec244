using System.Threading.Channels;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>
/// Between a device's thread, which must not wait, and a client that follows its request, which may be slow: keeps the newest progress and
/// drops what was not read. Thread-safe except for the times of answers, which belong to the scheduler's lock.
/// </summary>
/// <param name="answersEvery">The time between two interim answers; null: none.</param>
internal sealed class ProgressFeed(TimeSpan? answersEvery)
{
    private readonly Channel<ClassificationProgress> _news =
        Channel.CreateBounded<ClassificationProgress>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly Lock _gate = new();
    private TimeSpan _lastAnswer; // since the request arrived
    private ClassificationResult? _answer; // which is kept in later news, as that may replace the news that it came with

    public ChannelReader<ClassificationProgress> Reader => _news.Reader;

    /// <summary>Whether an interim answer is due.</summary>
    public bool IsAnswerDue(TimeSpan waited) => answersEvery is { } interval && waited - _lastAnswer >= interval;

    public void AnswerMade(TimeSpan waited) => _lastAnswer = waited;

    public void Report(int rows, int maxRows, ClassificationResult? answer = null)
    {
        lock (_gate) // devices report concurrently
        {
            _answer = answer ?? _answer;
            _news.Writer.TryWrite(new ClassificationProgress(rows, maxRows, _answer));
        }
    }

    /// <summary>There is a final answer or a failure.</summary>
    public void Complete() => _news.Writer.TryComplete();
}
