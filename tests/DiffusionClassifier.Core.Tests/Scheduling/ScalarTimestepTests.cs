using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling;
using DiffusionClassifier.Core.Tests.Fakes;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

/// <summary>Exports that take one timestep for the whole batch. That no batch holds two is checked in <see cref="FakeDiffusionModel"/>.</summary>
public class ScalarTimestepTests
{
    private static readonly ModelManifest Scalar = Manifests.Classes() with { ScalarTimestep = true };

    private static readonly ClassificationRequest Request = new() { Image = new byte[] { 1 }, Trials = 6 };

    [Theory]
    [InlineData(1)]
    [InlineData(2, 3)]
    [InlineData(1, 8, 64)]
    public async Task Many_requests_at_once_are_answered_as_the_batched_model_answers_them(params int[] buckets)
    {
        using TestEngine batched = await TestEngine.StartAsync(new FakeDiffusionModel(Manifests.Classes(), 16));
        using TestEngine scalar = await TestEngine.StartAsync(new FakeDiffusionModel(Scalar, buckets));
        ClassificationRequest[] requests =
        [
            .. Enumerable.Range(0, 20).Select(i => Request with { Image = new[] { (byte)i }, Seed = (ulong)i % 7, Trials = 1 + i % 11 }),
            Request with { Trials = null, Strategy = Strategy.Staged, StageSamples = [3, 10, 30], StageKeep = [4, 2, 1], TrialsPerTimestep = 2, Seed = 5 },
            Request with { Trials = 900, Labels = ["class 3", "class 1"] }, // more trials than timesteps
        ];

        ClassificationResult[] answers = await Task.WhenAll(requests.Select(request => Task.Run(() => scalar.ClassifyAsync(request), TestContext.Current.CancellationToken)));

        for (int i = 0; i < requests.Length; i++)
        {
            ClassificationResult expected = await batched.ClassifyAsync(requests[i]);
            Assert.Equal(expected.Labels.Select(label => (label.Label, label.Evaluations, label.EliminatedAt)), answers[i].Labels.Select(label => (label.Label, label.Evaluations, label.EliminatedAt)));
            foreach ((LabelResult one, LabelResult other) in expected.Labels.Zip(answers[i].Labels))
            {
                Assert.Equal(one.MeanError, other.MeanError, 1e-12); // the trials run, and are summed, in another order
                Assert.Equal(one.StandardError ?? 0, other.StandardError ?? 0, 1e-12);
            }
        }
    }

    [Fact]
    public void Jobs_with_different_seeds_meet_at_every_timestep()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 64, "tiny");
        ClassificationJob[] jobs = [.. Enumerable.Range(0, 3).Select(seed => FakeJobs.Create(Scalar, Request with { Seed = (ulong)seed, Image = new[] { (byte)seed } }))];
        Array.ForEach(jobs, scheduler.Submit);

        device.RunToEnd();

        Assert.Equal(6, device.Batches.Count);
        Assert.All(device.Batches, batch => Assert.Equal((15, 1), (batch.Length, batch.Select(Timestep).Distinct().Count())));
        Assert.All(jobs, job => Assert.True(job.Completion.IsCompletedSuccessfully));
    }

    [Fact]
    public void A_job_at_another_timestep_waits_for_its_turn()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 64, "tiny");
        ClassificationJob early = FakeJobs.Create(Scalar, Request), other = FakeJobs.Create(Scalar, Request with { Trials = 5 });
        scheduler.Submit(early);
        scheduler.Submit(other);

        device.RunToEnd();

        Assert.All(device.Batches, batch => Assert.Single(batch.Select(Timestep).Distinct()));
        Assert.Equal(5 * 6 + 5 * 5, device.Rows.Distinct().Count());
        Assert.True(early.Completion.IsCompletedSuccessfully && other.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public void Draws_of_one_timestep_share_a_batch()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 64, "tiny");
        scheduler.Submit(FakeJobs.Create(Scalar, Request with { Trials = null, Strategy = Strategy.Staged, StageSamples = [4], StageKeep = [1], TrialsPerTimestep = 3 }));

        device.RunToEnd();

        Assert.Equal([15, 15, 15, 15], device.Batches.Select(batch => batch.Length));
    }

    [Fact]
    public void A_model_that_takes_many_timesteps_fills_the_batch_with_them()
    {
        var scheduler = new RowScheduler();
        var device = new FakeDevice(scheduler, 64, "tiny");
        scheduler.Submit(FakeJobs.Create(Manifests.Classes(), Request));

        device.RunToEnd();

        Assert.Equal(30, Assert.Single(device.Batches).Length);
    }

    private static int Timestep(WorkRow row) => row.Owner().Plan[row.Position].Timestep;
}
