using DiffusionClassifier.Client;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Clients;

/// <summary>The client in C# against the real server.</summary>
public sealed class ClientTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static readonly ClassificationRequest Ship = new() { Image = File.ReadAllBytes(Repository.Sample("ship.png")), Labels = ["ship", "deer"], Trials = 8 };

    private readonly ClassifierClient _client = ClassifierClient.Connect(fixture.Service.Client.BaseAddress!);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_image_is_classified_and_progress_comes_before_the_answer()
    {
        ClassificationResult answer = await _client.ClassifyAsync(Ship, Cancellation);
        List<ClassificationResult> progress = await _client.ClassifyProgressAsync(Ship with { Trials = 500, Strategy = Strategy.Fixed }, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(("ship", "cifar10"), (answer.Prediction, answer.Model));
        Assert.NotEmpty(progress[..^1]);
        Assert.All(progress[..^1], soFar => Assert.False(soFar.Decision.Complete));
        Assert.Equal((true, 1000), (progress[^1].Decision.Complete, progress[^1].Cost.Rows));
    }

    [Fact]
    public async Task Several_images_captions_and_models_are_answered()
    {
        List<ImageAnswer> images = await _client.ClassifyImagesAsync(Ship with { Image = default, Images = [Ship.Image, new byte[] { 1 }] }, Cancellation).ToListAsync(Cancellation);
        MatchResult match = await _client.MatchAsync(new MatchRequest { Images = [Ship.Image], Captions = ["deer", "ship"], Trials = 8, NormalizeByNull = true }, Cancellation);
        ModelList models = await _client.ListModelsAsync(Cancellation);
        ModelDescription model = await _client.GetModelAsync("cifar10", Cancellation);

        Assert.Equal([(0, "ship", null), (1, null, "unsupported_image_format")], images.OrderBy(image => image.Index).Select(image => (image.Index, image.Answer?.Prediction, image.Error?.Code)));
        Assert.Equal("ship", match.Images[0].Prediction);
        Assert.Equal(["cifar10", "scenes"], models.Models.Select(each => each.Id));
        Assert.Equal(10, model.Labels!.Count);
    }

    [Fact]
    public async Task A_job_is_watched_to_its_end_gets_more_trials_and_can_be_canceled()
    {
        ClassificationRequest request = Ship with { Strategy = Strategy.Fixed };
        JobDescription job = await _client.Jobs.SubmitAsync(request, "ship", Cancellation), again = await _client.Jobs.SubmitAsync(request, "ship", Cancellation);

        JobDescription ended = await _client.Jobs.WaitAsync(job.Id, Cancellation);
        await _client.Jobs.AddTrialsAsync(job.Id, 3, cancellationToken: Cancellation);
        JobDescription more = await _client.Jobs.WaitAsync(job.Id, Cancellation);
        JobDescription endless = await _client.Jobs.SubmitAsync(request with { Trials = 100_000 }, cancellationToken: Cancellation);
        JobDescription canceled = await _client.Jobs.CancelAsync(endless.Id, Cancellation);

        Assert.Equal(job.Id, again.Id);
        Assert.Equal((JobStatus.Succeeded, "ship", 16), (ended.Status, ended.Answer!.Prediction, ended.Rows));
        Assert.Equal((22, JobStatus.Canceled), (more.Rows, canceled.Status));
        Assert.Contains(await _client.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation), each => each.Id == job.Id);
    }

    [Fact]
    public async Task A_batch_of_files_is_followed_and_one_with_a_bad_image_is_refused_while_it_is_sent()
    {
        string[] files = [.. new[] { "ship.png", "horse.png", "ship.png" }.Select(Repository.Sample)];
        ClassificationRequest fields = new() { Trials = 8 };
        IEnumerable<BatchImage> bad = [BatchImage.FromFile(Repository.Sample("README.md")), .. Enumerable.Repeat(BatchImage.FromFile(files[0]), 500)];

        BatchDescription batch = await _client.Batches.SubmitAsync(fields, files.Select(BatchImage.FromFile), cancellationToken: Cancellation);
        List<BatchAnswer> results = await _client.Batches.FollowAsync(batch.Id, Cancellation).ToListAsync(Cancellation);
        ClassifierException refused = await Assert.ThrowsAsync<ClassifierException>(() => _client.Batches.SubmitAsync(fields, bad, cancellationToken: Cancellation));

        Assert.Equal(
            [("ship.png", "ship"), ("horse.png", "horse"), ("ship.png (2)", "ship")], results.OrderBy(result => result.Index).Select(result => (result.Id, result.Answer!.Prediction)));
        Assert.Equal((400, "images"), (refused.Status - refused.Status % 100, refused.Field));
        Assert.Equal(3, await _client.Batches.ResultsAsync(batch.Id, Cancellation).CountAsync(Cancellation));
    }

    [Fact]
    public async Task Requests_of_a_batch_may_differ()
    {
        BatchDescription batch = await _client.Batches.SubmitAsync(Items(), cancellationToken: Cancellation);

        List<BatchAnswer> results = await _client.Batches.FollowAsync(batch.Id, Cancellation).ToListAsync(Cancellation);

        Assert.Equal("ship", results.Single(result => result.Id == "a").Answer!.Prediction);
        Assert.Equal("ship", results.Single(result => result.Id == "b").Match!.Images[0].Prediction);
    }

    [Fact]
    public async Task An_error_says_what_is_wrong_and_where()
    {
        ClassifierException refused = await Assert.ThrowsAsync<ClassifierException>(() => _client.ClassifyAsync(Ship with { Labels = ["shp"] }, Cancellation));
        ClassifierException unknown = await Assert.ThrowsAsync<ClassifierException>(() => _client.Jobs.GetAsync("none", Cancellation));

        Assert.Equal(("unknown_label", "labels", 400), (refused.Code, refused.Field, refused.Status));
        Assert.Contains("Did you mean 'ship'?", refused.Message, StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", refused.TraceId!);
        Assert.Equal(("unknown_job", 404), (unknown.Code, unknown.Status));
    }

    private static async IAsyncEnumerable<BatchItem> Items()
    {
        await Task.Yield();
        yield return new BatchItem("a", Ship);
        yield return new BatchItem("b", new MatchRequest { Images = [Ship.Image], Captions = ["deer", "ship"], Trials = 8 });
    }
}
