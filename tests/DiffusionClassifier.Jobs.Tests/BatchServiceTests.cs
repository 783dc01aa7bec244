using System.Text.Json;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Matching;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>Many requests that are accepted together, of one server that has nobody beside it.</summary>
public sealed class BatchServiceTests : IDisposable
{
    private static readonly CostSummary NoCost = new(0, 0, 0, 0, 0, 0);

    private readonly TemporaryFolder _folder = new();

    private static ClassificationRequest Template => new() { Trials = 16, Strategy = Strategy.Race, Seed = 3 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_image_of_a_batch_has_the_answer_that_it_has_alone_in_the_order_of_the_images()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        byte[][] images = [.. Enumerable.Range(0, 100).Select(i => new[] { (byte)i })];

        BatchDescription accepted = await SendAsync(replica, images, Template);
        BatchDescription ended = await EndOfAsync(replica, accepted.Id);
        (int Index, LineResult Result)[] results = await ResultsAsync(replica, accepted.Id);

        Assert.Equal((JobStatus.Succeeded, 100, 100, 0), (ended.Status, ended.Total, ended.Succeeded, ended.Failed));
        Assert.Equal(Enumerable.Range(0, 100), results.Select(result => result.Index));
        foreach ((int index, LineResult result) in results)
        {
            ClassificationResult alone = await replica.Host.Engine.ClassifyAsync(Template with { Image = images[index] }, cancellationToken: Cancellation);
            Assert.Equal($"image {index}", result.CustomId);
            Assert.Equal(Text(alone), Text(JsonSerializer.Deserialize<ClassificationResult>(result.Answer!, AnswerJson.Options)!));
        }
    }

    [Fact]
    public async Task Requests_of_a_batch_may_differ_and_an_error_is_of_one_alone()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        var match = new MatchRequest { Images = [new byte[] { 1 }, new byte[] { 2 }], Captions = ["class 1", "class 2"], Trials = 4 };
        await using BatchUpload upload = await replica.Batches.BeginAsync("ada", Cancellation);
        await upload.AddAsync("a", Template with { Image = new byte[] { 1 }, Labels = ["class 1", "class 3"] }, Cancellation);
        await upload.AddAsync("b", match, Cancellation);
        await upload.AddAsync("damaged", Template with { Image = FakeImagePreprocessor.BadPixels }, Cancellation);
        await Assert.ThrowsAsync<ClassificationException>(() => upload.AddAsync("c", Template with { Image = new byte[] { 1 }, Labels = ["zebra"] }, Cancellation));
        string id = (await upload.AcceptAsync(template: null, key: null, Cancellation)).Id;
        await EndOfAsync(replica, id);

        (int Index, LineResult Result)[] results = await ResultsAsync(replica, id);

        Assert.Equal(["a", "b", "damaged"], results.Select(result => result.Result.CustomId));
        Assert.Equal((null, "invalid_image"), (results[2].Result.Answer, results[2].Result.ErrorCode));
        Assert.Equal(2, JsonSerializer.Deserialize<ClassificationResult>(results[0].Result.Answer!, AnswerJson.Options)!.Labels.Count);
        MatchResult alone = await new ImageTextMatcher(replica.Host.Engine, new EngineOptions()).MatchAsync(match, Caller.Anonymous, cancellationToken: Cancellation);
        MatchResult matched = JsonSerializer.Deserialize<MatchResult>(results[1].Result.Answer!, AnswerJson.Options)!;
        Assert.Equal(alone.Images.Select(image => image.Prediction), matched.Images.Select(image => image.Prediction));
    }

    [Fact]
    public async Task A_failing_model_is_an_error_of_each_request_and_the_batch_ends()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        replica.Model.BeforePredict = _ => throw new InvalidOperationException("the device is on fire");

        string id = (await SendAsync(replica, [[1], [2]], Template)).Id;
        BatchDescription ended = await EndOfAsync(replica, id);

        Assert.Equal((JobStatus.Succeeded, 0, 2), (ended.Status, ended.Succeeded, ended.Failed));
        Assert.All(await ResultsAsync(replica, id), result => Assert.Equal("model_failure", result.Result.ErrorCode));
    }

    [Fact]
    public async Task Images_may_come_before_the_labels_that_a_model_of_free_text_needs()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder, model: new FakeDiffusionModel(Manifests.Text("free"), 1, 2, 4, 8));

        string id = (await SendAsync(replica, [[1], [2]], Template with { Labels = ["cat", "dog"] })).Id;
        BatchDescription ended = await EndOfAsync(replica, id);

        Assert.Equal((2, 0, 2 * 2 * 16L), (ended.Succeeded, ended.Failed, ended.FixedRows));
    }

    [Fact]
    public async Task A_batch_goes_on_where_its_server_is_stopped_and_started_again()
    {
        byte[][] images = [.. Enumerable.Range(0, 250).Select(i => new[] { (byte)i })];
        string id;
        int before;
        await using (TestReplica first = await TestReplica.StartAsync(_folder))
        {
            first.Model.AfterPredict = _ => Thread.Sleep(3);
            id = (await SendAsync(first, images, Template)).Id;
            await foreach (BatchDescription news in first.Batches.WatchAsync(id, "ada", Cancellation))
            {
                if (news.Succeeded > 0)
                    break;
            }

            before = (await first.Batches.FindAsync(id, "ada", Cancellation)).Succeeded;
        }

        await using TestReplica second = await TestReplica.StartAsync(_folder);
        BatchDescription ended = await EndOfAsync(second, id);

        Assert.InRange(before, 1, 249);
        Assert.Equal((JobStatus.Succeeded, 250), (ended.Status, ended.Succeeded));
        Assert.Equal(Enumerable.Range(0, 250), (await ResultsAsync(second, id)).Select(result => result.Index));
    }

    [Fact]
    public async Task A_canceled_batch_keeps_what_is_answered()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        replica.Model.AfterPredict = _ => Thread.Sleep(3);
        string id = (await SendAsync(replica, [.. Enumerable.Range(0, 200).Select(i => new[] { (byte)i })], Template)).Id;
        await foreach (BatchDescription news in replica.Batches.WatchAsync(id, "ada", Cancellation))
        {
            if (news.Succeeded > 0)
                break;
        }

        BatchDescription canceled = await replica.Batches.CancelAsync(id, "ada", Cancellation);

        Assert.Equal(JobStatus.Canceled, canceled.Status);
        Assert.Equal(canceled.Succeeded, (await ResultsAsync(replica, id)).Length);
        Assert.InRange(canceled.Succeeded, 1, 199);
    }

    [Fact]
    public async Task Results_can_be_followed_until_the_end()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        string id = (await SendAsync(replica, [.. Enumerable.Range(0, 70).Select(i => new[] { (byte)i })], Template)).Id;

        List<int> indexes = [];
        await foreach ((int index, LineResult _) in replica.Batches.ResultsAsync(id, "ada", follow: true, Cancellation))
            indexes.Add(index);

        Assert.Equal(Enumerable.Range(0, 70), indexes.Order());
    }

    [Fact]
    public async Task One_key_is_one_batch()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);

        BatchDescription[] batches = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SendAsync(replica, [[1], [2]], Template, "key")));
        BatchDescription bobs = await SendAsync(replica, [[1], [2]], Template, "key", tenant: "bob");
        ClassificationException conflict = await Assert.ThrowsAsync<ClassificationException>(() => SendAsync(replica, [[1], [3]], Template, "key"));

        Assert.Single(batches.Select(batch => batch.Id).Distinct());
        Assert.NotEqual(batches[0].Id, bobs.Id);
        Assert.Equal(ClassificationError.IdempotencyConflict, conflict.Error);
        Assert.Equal(2, (await replica.Batches.ListAsync("ada", before: null, 10, Cancellation)).Count + (await replica.Batches.ListAsync("bob", before: null, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task A_batch_is_its_tenants_alone_and_none_before_it_is_accepted()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        string id = (await SendAsync(replica, [[1]], Template)).Id;
        await using (BatchUpload given = await replica.Batches.BeginAsync("ada", Cancellation))
        {
            for (int i = 0; i < 100; i++)
                await given.AddAsync($"image {i}", [(byte)i], Cancellation);
        }

        await Assert.ThrowsAsync<ClassificationException>(() => replica.Batches.FindAsync(id, "bob", Cancellation));
        await Assert.ThrowsAsync<ClassificationException>(() => replica.Batches.CancelAsync(id, "bob", Cancellation));
        await Assert.ThrowsAsync<ClassificationException>(async () => await replica.Batches.ResultsAsync(id, "bob", follow: false, Cancellation).ToListAsync(Cancellation));
        Assert.Equal([id], (await replica.Batches.ListAsync("ada", before: null, 10, Cancellation)).Select(batch => batch.Id));
    }

    [Fact]
    public async Task A_batch_is_no_larger_than_the_options_say_and_not_empty()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder, options => options with { MaxBatchRequests = 2, MaxBatchBytes = 100 });

        ClassificationException many = await Assert.ThrowsAsync<ClassificationException>(() => SendAsync(replica, [[1], [2], [3]], Template));
        ClassificationException large = await Assert.ThrowsAsync<ClassificationException>(() => SendAsync(replica, [[1], new byte[100]], Template));
        ClassificationException none = await Assert.ThrowsAsync<ClassificationException>(() => SendAsync(replica, [], Template));

        Assert.Equal([ClassificationError.InvalidRequest, ClassificationError.BodyTooLarge, ClassificationError.InvalidRequest], [many.Error, large.Error, none.Error]);
    }

    [Fact]
    public async Task A_match_is_a_job_as_well()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        var match = new MatchRequest { Images = [new byte[] { 1 }, new byte[] { 2 }], Captions = ["class 1", "class 2"], Trials = 8 };
        MatchResult alone = await new ImageTextMatcher(replica.Host.Engine, new EngineOptions()).MatchAsync(match, Caller.Anonymous, cancellationToken: Cancellation);

        JobDescription accepted = await replica.Jobs.SubmitAsync(match, "ada", key: null, Cancellation);
        JobDescription ended = await replica.EndOfAsync(accepted.Id);

        Assert.Equal((JobStatus.Succeeded, alone.Cost.FixedRows), (ended.Status, ended.FixedRows));
        Assert.Equal(alone.Images.SelectMany(image => image.Scores), ended.Match!.Images.SelectMany(image => image.Scores));
        Assert.Equal(alone.Winoground, ended.Match.Winoground);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<BatchDescription> SendAsync(
        TestReplica replica, byte[][] images, ClassificationRequest template, string? key = null, string tenant = "ada")
    {
        await using BatchUpload upload = await replica.Batches.BeginAsync(tenant, Cancellation);
        foreach ((int index, byte[] image) in images.Index())
            await upload.AddAsync($"image {index}", image, Cancellation);
        return await upload.AcceptAsync(template, key, Cancellation);
    }

    private static async Task<BatchDescription> EndOfAsync(TestReplica replica, string id) =>
        await replica.Batches.WatchAsync(id, "ada", Cancellation).LastAsync(Cancellation);

    private static async Task<(int Index, LineResult Result)[]> ResultsAsync(TestReplica replica, string id) =>
        await replica.Batches.ResultsAsync(id, "ada", follow: false, Cancellation).ToArrayAsync(Cancellation);

    private static string Text(ClassificationResult answer) => JsonSerializer.Serialize(answer with { Id = "", Cost = NoCost }, AnswerJson.Indented);
}
