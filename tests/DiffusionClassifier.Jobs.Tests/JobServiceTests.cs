using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>Jobs of one server that has nobody beside it: one file, no port.</summary>
public sealed class JobServiceTests : IDisposable
{
    private static readonly CostSummary NoCost = new(0, 0, 0, 0, 0, 0);

    private readonly TemporaryFolder _folder = new();

    private static ClassificationRequest Request => new() { Image = new byte[] { 7 }, Trials = 64, Strategy = Strategy.Race, Seed = 3 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<ClassificationRequest> Requests =>
    [
        Request,
        Request with { Labels = ["class 2", "class 1", "class 4"], Priors = [3, 1, 2], TopK = 2, Confidence = 0.99, Temperature = 0.01, RejectBelow = 0.5 },
        Request with { Explain = "class 2" },
        Request with { Explain = "false" },
        new ClassificationRequest { Image = new byte[] { 9 }, StageSamples = [4, 16], StageKeep = [2, 1], Strategy = Strategy.Staged, Loss = PredictionLoss.L1, ImageMode = ImageMode.Reference },
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_job_has_the_answer_of_the_same_request(ClassificationRequest request)
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        ClassificationResult expected = await replica.Host.Engine.ClassifyAsync(request, cancellationToken: Cancellation);

        JobDescription accepted = await replica.Jobs.SubmitAsync(request, "ada", key: null, Cancellation);
        JobDescription ended = await replica.EndOfAsync(accepted.Id);

        Assert.Equal((JobStatus.Succeeded, null, expected.Cost.FixedRows), (ended.Status, ended.Error, ended.FixedRows));
        Assert.Equal(Text(expected), Text(ended.Answer!));
        Assert.Equal(expected.Cost.Rows, ended.Answer!.Cost.Rows);
        Assert.Equal(accepted.Id, ended.Answer.Id);
    }

    [Fact]
    public async Task A_job_goes_on_where_its_server_is_stopped_and_started_again()
    {
        string id;
        ClassificationRequest request = Request with { Strategy = Strategy.Fixed, Trials = 400 };
        int before;
        await using (TestReplica first = await TestReplica.StartAsync(_folder, SmallBlocks))
        {
            first.Model.AfterPredict = _ => Thread.Sleep(5);
            id = (await first.Jobs.SubmitAsync(request, "ada", key: null, Cancellation)).Id;
            await foreach (JobDescription job in first.Jobs.WatchAsync(id, "ada", Cancellation))
            {
                if (job.Rows > 300)
                    break;
            }

            before = (await first.Jobs.FindAsync(id, "ada", Cancellation)).Rows;
        }

        await using TestReplica second = await TestReplica.StartAsync(_folder);
        JobDescription ended = await second.EndOfAsync(id);

        Assert.InRange(before, 301, 1_999);
        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.Equal(Text(await second.Host.Engine.ClassifyAsync(request, cancellationToken: Cancellation)), Text(ended.Answer!));
    }

    [Fact]
    public async Task A_job_loads_a_model_that_waits_also_when_it_is_unloaded_between_its_blocks()
    {
        ClassificationRequest request = Request with { Strategy = Strategy.Fixed, Trials = 200 };
        await using TestReplica replica = await TestReplica.StartAsync(_folder, SmallBlocks, residency: new ResidencyOptions { LoadAtStart = false });
        int unloads = 0;

        string id = (await replica.Jobs.SubmitAsync(request, "ada", key: null, Cancellation)).Id;
        await foreach (JobDescription job in replica.Jobs.WatchAsync(id, "ada", Cancellation))
        {
            replica.Host.Engine.Memory.Unload("tiny");
            unloads++;
        }

        JobDescription ended = await replica.EndOfAsync(id);
        Assert.True(unloads > 1, "the job ended at once");
        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.Equal(Text(await replica.Host.Engine.ClassifyAsync(request, cancellationToken: Cancellation)), Text(ended.Answer!));
    }

    [Fact]
    public async Task One_key_is_one_job_however_often_and_at_once_it_is_sent()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);

        JobDescription[] jobs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => replica.Jobs.SubmitAsync(Request, "ada", "key-1", Cancellation)));
        JobDescription other = await replica.Jobs.SubmitAsync(Request, "bob", "key-1", Cancellation);
        ClassificationException conflict = await Assert.ThrowsAsync<ClassificationException>(
            () => replica.Jobs.SubmitAsync(Request with { Seed = 4 }, "ada", "key-1", Cancellation));

        Assert.Single(jobs.Select(job => job.Id).Distinct());
        Assert.NotEqual(jobs[0].Id, other.Id);
        Assert.Equal(ClassificationError.IdempotencyConflict, conflict.Error);
    }

    [Fact]
    public async Task A_job_is_its_tenants_alone()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        string id = (await replica.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation)).Id;

        ClassificationException unknown = await Assert.ThrowsAsync<ClassificationException>(() => replica.Jobs.FindAsync(id, "bob", Cancellation));
        ClassificationException notBobs = await Assert.ThrowsAsync<ClassificationException>(() => replica.Jobs.CancelAsync(id, "bob", Cancellation));

        Assert.Equal((ClassificationError.UnknownJob, ClassificationError.UnknownJob), (unknown.Error, notBobs.Error));
        Assert.Empty(await replica.Jobs.ListAsync("bob", before: null, 10, Cancellation));
    }

    [Fact]
    public async Task A_canceled_job_stops_and_stays_canceled()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        replica.Model.AfterPredict = _ => Thread.Sleep(5);
        string id = (await replica.Jobs.SubmitAsync(Request with { Strategy = Strategy.Fixed, Trials = 5_000 }, "ada", key: null, Cancellation)).Id;

        JobDescription canceled = await replica.Jobs.CancelAsync(id, "ada", Cancellation);

        Assert.Equal(JobStatus.Canceled, canceled.Status);
        Assert.Equal(JobStatus.Canceled, (await replica.EndOfAsync(id)).Status);
    }

    [Fact]
    public async Task What_fails_says_why()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        replica.Model.BeforePredict = _ => throw new InvalidOperationException("the device is on fire");
        string id = (await replica.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation)).Id;

        JobDescription failed = await replica.EndOfAsync(id);

        Assert.Equal((JobStatus.Failed, "model_failure"), (failed.Status, failed.Error?.Code));
    }

    [Fact]
    public async Task A_client_has_only_so_many_unfinished_jobs()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder, options => options with { MaxUnfinished = 2 });
        replica.Model.AfterPredict = _ => Thread.Sleep(20);
        ClassificationRequest slow = Request with { Strategy = Strategy.Fixed, Trials = 2_000 };
        string first = (await replica.Jobs.SubmitAsync(slow, "ada", key: null, Cancellation)).Id;
        await replica.Jobs.SubmitAsync(slow, "ada", key: null, Cancellation);

        ClassificationException full = await Assert.ThrowsAsync<ClassificationException>(() => replica.Jobs.SubmitAsync(slow, "ada", "third", Cancellation));
        JobDescription bobs = await replica.Jobs.SubmitAsync(slow, "bob", key: null, Cancellation);
        await replica.Jobs.CancelAsync(first, "ada", Cancellation);
        JobDescription third = await replica.Jobs.SubmitAsync(slow, "ada", "third", Cancellation);

        Assert.Equal((ClassificationError.QuotaExceeded, true), (full.Error, full.RetryAfter > TimeSpan.Zero));
        Assert.Equal((null, null), (bobs.Ended, third.Ended));
    }

    [Fact]
    public async Task A_job_whose_model_is_gone_fails_and_does_not_wait_for_ever()
    {
        string id;
        await using (TestReplica first = await TestReplica.StartAsync(_folder))
        {
            first.Model.AfterPredict = _ => Thread.Sleep(20);
            id = (await first.Jobs.SubmitAsync(Request with { Strategy = Strategy.Fixed, Trials = 5_000 }, "ada", key: null, Cancellation)).Id;
        }

        await using TestReplica second = await TestReplica.StartAsync(_folder, model: new FakeDiffusionModel(Manifests.Classes("another"), 1, 2, 4, 8));
        JobDescription failed = await second.EndOfAsync(id);

        Assert.Equal((JobStatus.Failed, "unknown_model"), (failed.Status, failed.Error?.Code));
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_and_in_pages()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        List<string> ids = [];
        for (int i = 0; i < 5; i++)
            ids.Insert(0, (await replica.Jobs.SubmitAsync(Request with { Seed = (ulong)i }, "ada", key: null, Cancellation)).Id);

        string[] first = [.. (await replica.Jobs.ListAsync("ada", before: null, 2, Cancellation)).Select(job => job.Id)];
        string[] rest = [.. (await replica.Jobs.ListAsync("ada", first[^1], 10, Cancellation)).Select(job => job.Id)];

        Assert.Equal(ids, [.. first, .. rest]);
    }

    [Fact]
    public async Task An_ended_job_is_forgotten_in_time()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder, options => options with { KeepFor = TimeSpan.FromMilliseconds(100) });
        string id = (await replica.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation)).Id;
        await replica.EndOfAsync(id);

        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);

        ClassificationException gone = await Assert.ThrowsAsync<ClassificationException>(() => replica.Jobs.FindAsync(id, "ada", Cancellation));
        Assert.Equal(ClassificationError.UnknownJob, gone.Error);
    }

    [Fact]
    public async Task A_key_that_comes_again_after_its_job_was_forgotten_is_another_question()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_folder, options => SmallBlocks(options) with { KeepFor = TimeSpan.FromMilliseconds(100) });
        await replica.EndOfAsync((await replica.Jobs.SubmitAsync(Request, "ada", "nightly", Cancellation)).Id);
        await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
        ClassificationRequest other = Request with { Image = new byte[] { 90 }, Strategy = Strategy.Fixed };

        JobDescription ended = await replica.EndOfAsync((await replica.Jobs.SubmitAsync(other, "ada", "nightly", Cancellation)).Id);

        Assert.Equal(Text(await replica.Host.Engine.ClassifyAsync(other, cancellationToken: Cancellation)), Text(ended.Answer!));
    }

    [Fact]
    public async Task A_silo_that_is_alone_has_no_port()
    {
        HashSet<IPEndPoint> before = [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()];
        await using TestReplica replica = await TestReplica.StartAsync(_folder);
        await replica.EndOfAsync((await replica.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation)).Id);

        IPEndPoint[] after = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();

        Assert.DoesNotContain(after, listener => listener.Port is 11111 or 30000 && !before.Contains(listener));
    }

    [Fact]
    public async Task A_second_server_on_one_folder_is_refused_in_one_line()
    {
        await using TestReplica first = await TestReplica.StartAsync(_folder);
        await first.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation);

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => TestReplica.StartAsync(_folder));

        Assert.Contains("Jobs:Folder", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task Where_jobs_cannot_be_stored_a_caller_is_told_so()
    {
        string file = _folder.Write("a-file", []);
        await using TestReplica replica = await TestReplica.StartAsync(_folder, options => options with { Folder = Path.Combine(file, "jobs") });

        ClassificationException refused = await Assert.ThrowsAsync<ClassificationException>(() => replica.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation));

        Assert.Equal(ClassificationError.NotReady, refused.Error);
    }

    [Fact]
    public async Task Rows_of_another_version_of_the_model_are_not_used()
    {
        string id;
        ClassificationRequest request = Request with { Strategy = Strategy.Fixed, Trials = 400 };
        await using (TestReplica first = await TestReplica.StartAsync(_folder, SmallBlocks))
        {
            first.Model.AfterPredict = _ => Thread.Sleep(5);
            id = (await first.Jobs.SubmitAsync(request, "ada", key: null, Cancellation)).Id;
            await foreach (JobDescription job in first.Jobs.WatchAsync(id, "ada", Cancellation))
            {
                if (job.Rows > 300)
                    break;
            }
        }

        await using TestReplica second = await TestReplica.StartAsync(_folder, version: "2");
        int rows = 0;
        second.Model.AfterPredict = batch => Interlocked.Add(ref rows, batch.Bucket);
        JobDescription ended = await second.EndOfAsync(id);

        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.InRange(rows, ended.FixedRows, int.MaxValue);
    }

    private static JobsOptions SmallBlocks(JobsOptions options) => options with { BlockSeconds = 1e-4 };

    public void Dispose() => _folder.Dispose();

    private static string Text(ClassificationResult answer) => JsonSerializer.Serialize(answer with { Id = "", Cost = NoCost }, AnswerJson.Indented);
}
