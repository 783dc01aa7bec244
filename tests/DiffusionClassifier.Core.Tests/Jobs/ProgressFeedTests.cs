using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Tests.Jobs;

public sealed class ProgressFeedTests
{
    [Fact]
    public void A_reader_that_is_slow_gets_the_newest_news_with_the_newest_answer_and_nothing_waits_for_it()
    {
        var feed = new ProgressFeed(answersEvery: null);

        feed.Report(5, 10, Answer("old"));
        feed.Report(6, 10, Answer("new"));
        feed.Report(7, 10);
        feed.Complete();
        feed.Report(8, 10, Answer("too late"));

        Assert.True(feed.Reader.TryRead(out ClassificationProgress news));
        Assert.Equal((7, "new"), (news.Rows, news.Answer?.Id));
        Assert.False(feed.Reader.TryRead(out _));
        Assert.True(feed.Reader.Completion.IsCompleted);
    }

    [Theory]
    [InlineData(null, 100, false)] // no interim answers are wanted
    [InlineData(2, 1, false)]
    [InlineData(2, 2, true)]
    public void An_answer_is_due_when_the_last_one_is_old_enough(int? everySeconds, int waitedSeconds, bool due)
    {
        var feed = new ProgressFeed(everySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

        Assert.Equal(due, feed.IsAnswerDue(TimeSpan.FromSeconds(waitedSeconds)));
        feed.AnswerMade(TimeSpan.FromSeconds(waitedSeconds));
        Assert.False(feed.IsAnswerDue(TimeSpan.FromSeconds(waitedSeconds + 1)));
    }

    private static ClassificationResult Answer(string id) => new(id, "", "", [], null!, null!, 0, default, default, default, null!, []);
}
