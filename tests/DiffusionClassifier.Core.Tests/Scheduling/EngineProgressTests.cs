using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class EngineProgressTests
{
    private const int Patience = 120_000; // ms; a request that is never answered shows as a failed test, not as a hanging run

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 20 }; // 100 rows

    [Fact(Timeout = Patience)]
    public async Task Progress_begins_when_a_request_is_admitted_and_ends_with_all_rows()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 10));
        var progress = new RecordedProgress();

        await engine.ClassifyAsync(Request, progress);

        AssertNewest(Enumerable.Range(0, 11).Select(batch => (10 * batch, 100)), progress.Reports.Select(report => (report.Rows, report.MaxRows)));
        Assert.All(progress.Reports, report => Assert.Null(report.Answer));
    }

    [Fact(Timeout = Patience)]
    public async Task Answers_so_far_are_answers_of_the_first_trials()
    {
        using TestEngine engine = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 8));
        var progress = new RecordedProgress();

        ClassificationResult result = await engine.ClassifyAsync(new Submission(Request) { AnswersEvery = TimeSpan.Zero }, progress);

        ClassificationResult[] answers = [.. progress.Reports.Select(report => report.Answer).OfType<ClassificationResult>()];
        AssertNewest(Enumerable.Range(1, 12).Select(batch => 8 * batch / 5), answers.Select(answer => answer.Decision.Trials).Distinct());
        Assert.All(answers, answer =>
        {
            Assert.False(answer.Decision.Complete);
            Assert.Equal(result.Id, answer.Id);
            Assert.Equal(1, answer.Labels.Sum(label => label.Posterior), 1e-9);
            Assert.All(answer.Labels, label => Assert.Equal(answer.Decision.Trials, label.Evaluations));
        });
        Assert.Equal((true, 20), (result.Decision.Complete, result.Decision.Trials));
    }

    [Fact(Timeout = Patience)]
    public async Task Answers_so_far_are_left_out_while_no_time_has_passed()
    {
        using TestEngine engine = await TestEngine.StartAsync(null, new FakeTimeProvider(), new FakeDiffusionModel(Manifests.Classes(), 8));
        var progress = new RecordedProgress();

        await engine.ClassifyAsync(new Submission(Request) { AnswersEvery = TimeSpan.FromSeconds(1) }, progress);

        Assert.All(progress.Reports, report => Assert.Null(report.Answer));
    }

    // A reader may miss news that were replaced by newer ones, and never the last.
    private static void AssertNewest<T>(IEnumerable<T> told, IEnumerable<T> read)
    {
        Assert.Equal(told.Where(read.ToHashSet().Contains), read);
        Assert.Equal(told.Last(), read.Last());
    }
}
