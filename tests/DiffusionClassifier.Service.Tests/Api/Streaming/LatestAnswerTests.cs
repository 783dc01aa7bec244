using DiffusionClassifier.Service.Api.Streaming;

namespace DiffusionClassifier.Service.Tests.Api.Streaming;

public sealed class LatestAnswerTests
{
    [Fact]
    public void A_client_that_reads_slowly_gets_the_newest_answer_and_nobody_waits_for_it()
    {
        var latest = new LatestAnswer();

        latest.Report(new ClassificationProgress(0, 10));
        latest.Report(new ClassificationProgress(5, 10, Answer("old")));
        latest.Report(new ClassificationProgress(6, 10));
        latest.Report(new ClassificationProgress(7, 10, Answer("new")));
        latest.Complete();
        latest.Report(new ClassificationProgress(8, 10, Answer("too late")));

        Assert.True(latest.Admitted.IsCompletedSuccessfully);
        Assert.True(latest.Reader.TryRead(out ClassificationResult? answer));
        Assert.Equal("new", answer.Id);
        Assert.False(latest.Reader.TryRead(out _));
        Assert.True(latest.Reader.Completion.IsCompleted);
    }

    private static ClassificationResult Answer(string id) => new(id, "", "", [], null!, null!, 0, default, default, default, null!, []);
}
