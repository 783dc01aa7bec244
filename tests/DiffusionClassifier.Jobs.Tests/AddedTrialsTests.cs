using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>Trials that are added to a job after its answer.</summary>
public sealed class AddedTrialsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static ClassificationRequest Request => new() { Image = new byte[] { 7 }, Trials = 64, Strategy = Strategy.Race, Seed = 3 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trials_added_to_an_answer_run_alone_and_give_the_answer_of_all()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        ClassificationRequest request = Request with { Strategy = Strategy.Fixed, Trials = 16 };
        string id = (await replica.Jobs.SubmitAsync(request, "ada", key: null, Cancellation)).Id;
        JobDescription before = await replica.EndOfAsync(id);
        int rows = 0;
        replica.Model.AfterPredict = batch => Interlocked.Add(ref rows, batch.Bucket);

        JobDescription accepted = await replica.Jobs.AddTrialsAsync(id, "ada", 8, "more", Cancellation);
        JobDescription again = await replica.Jobs.AddTrialsAsync(id, "ada", 8, "more", Cancellation);
        JobDescription after = await replica.EndOfAsync(id);

        Assert.Equal((before.FixedRows / 16 * 24, accepted.FixedRows), (accepted.FixedRows, again.FixedRows));
        Assert.Equal((JobStatus.Succeeded, 16, 24), (after.Status, before.Answer!.Decision.Trials, after.Answer!.Decision.Trials));
        Assert.InRange(rows, after.FixedRows - before.FixedRows, before.FixedRows); // those of padded batches included
        Assert.Equal(after.FixedRows, after.Answer.Cost.Rows);
        Assert.Contains(after.Answer.Labels, label => label.MeanError != before.Answer.Labels.First(other => other.Label == label.Label).MeanError);
    }

    [Fact]
    public async Task Trials_are_added_only_to_an_answer_of_the_caller_and_only_as_many_as_a_request_may_have()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        string id = (await replica.Jobs.SubmitAsync(Request with { Trials = 16 }, "ada", key: null, Cancellation)).Id;
        await replica.EndOfAsync(id);

        ClassificationException notBobs = await Assert.ThrowsAsync<ClassificationException>(() => replica.Jobs.AddTrialsAsync(id, "bob", 8, key: null, Cancellation));
        ClassificationException tooMany = await Assert.ThrowsAsync<ClassificationException>(() => replica.Jobs.AddTrialsAsync(id, "ada", 2_000_000_000, key: null, Cancellation));
        await replica.Jobs.AddTrialsAsync(id, "ada", 8, "more", Cancellation);
        ClassificationException conflict = await Assert.ThrowsAsync<ClassificationException>(() => replica.Jobs.AddTrialsAsync(id, "ada", 9, "more", Cancellation));

        Assert.Equal(ClassificationError.UnknownJob, notBobs.Error);
        Assert.Equal((ClassificationError.InvalidRequest, "trials"), (tooMany.Error, tooMany.Field));
        Assert.Equal(ClassificationError.IdempotencyConflict, conflict.Error);
    }

    public void Dispose() => _folder.Dispose();
}
