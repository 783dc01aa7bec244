using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class BatchLadderTests
{
    [Theory]
    [InlineData(16, 16)] // fits exactly
    [InlineData(17, 16)] // 17 rows in the time of 32 are fewer per second than 16 in the time of 16
    [InlineData(31, 31)]
    [InlineData(1, 1)]
    public void Where_time_grows_with_size_a_full_batch_is_run_rather_than_a_half_empty_one(int rows, int fit) =>
        Assert.Equal(fit, new BatchLadder([1, 4, 16, 32], [0.1, 0.4, 1.6, 3.2]).Fit(rows));

    [Theory]
    [InlineData(17)]
    [InlineData(5)]
    public void Larger_batches_that_cost_no_more_time_are_padded(int rows) =>
        Assert.Equal(rows, new BatchLadder([1, 4, 16, 32], [0.1, 0.1, 0.1, 0.1]).Fit(rows));

    [Fact]
    public void Where_times_are_unknown_all_rows_are_taken() => Assert.Equal(17, new BatchLadder(1, 4, 16, 32).Fit(17));

    [Fact]
    public void The_time_of_a_row_follows_what_is_observed_of_the_device()
    {
        var ladder = new BatchLadder([1, 4], [0.1, 0.4]);

        for (int i = 0; i < 50; i++)
            ladder.Observe(4, 0.8);

        Assert.Equal(0.2, ladder.SecondsPerRow, 1e-4);
        Assert.Equal(0.1, ladder.Seconds(1));
    }

    [Fact]
    public void Dropping_sizes_again_and_again_leaves_the_smallest()
    {
        var ladder = new BatchLadder(1, 4, 16);

        Assert.True(ladder.DropFrom(16));
        Assert.Equal(4, ladder.Top);
        Assert.True(ladder.DropFrom(16)); // the other batch of the pipeline failed too
        Assert.Equal(4, ladder.Top);
        Assert.True(ladder.DropFrom(4));
        Assert.False(ladder.DropFrom(1));
        Assert.Equal([1], ladder.Sizes);
    }

    [Theory]
    [InlineData(0.0001, 0.0, 1)] // no fixed cost: nothing is gained by batching
    [InlineData(0.001, 0.010, 128)]
    [InlineData(0.010, 0.020, 16)] // 32 rows would take 0.34 s
    [InlineData(1.0, 0.1, 1)] // nothing is quick enough: the smallest
    public void A_sweep_finds_the_smallest_batch_that_is_nearly_best_and_quick(double perRow, double perBatch, int top)
    {
        var time = new FakeTimeProvider();
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2, 4, 8, 16, 32, 64, 128)
        {
            BeforePredict = batch => time.Advance(TimeSpan.FromSeconds(perBatch + perRow * batch.Bucket)),
        };
        using DenoisingBatch buffers = model.CreateBatch();

        BatchLadder ladder = BucketSweep.Run(model, buffers, largest: null, time);

        Assert.Equal(top, ladder.Top);
        Assert.Equal((perBatch + perRow * top) / top, ladder.SecondsPerRow, 1e-6);
    }

    [Fact]
    public void A_model_that_computes_once_per_slot_is_timed_with_all_classes_in_a_slot()
    {
        var time = new FakeTimeProvider();
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2, 4, 8, 16)
        {
            BeforePredict = batch => time.Advance(TimeSpan.FromSeconds(0.010 * (batch.Slots[batch.Bucket - 1] + 1) + 0.001 * batch.Bucket)),
        };
        using DenoisingBatch buffers = model.CreateBatch();

        BatchLadder ladder = BucketSweep.Run(model, buffers, largest: null, time);

        int slots = (int)Math.Ceiling((double)ladder.Top / model.Manifest.Classes.Count);
        Assert.InRange(slots, 1, ladder.Top / 2);
        Assert.Equal(0.010 * slots + 0.001 * ladder.Top, ladder.Seconds(ladder.Top), 1e-6);
    }

    [Fact]
    public void Where_a_size_is_given_the_others_are_only_warmed_up()
    {
        var time = new FakeTimeProvider();
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2, 4, 8) { BeforePredict = batch => time.Advance(TimeSpan.FromSeconds(0.01 * batch.Bucket)) };
        using DenoisingBatch buffers = model.CreateBatch();

        BatchLadder ladder = BucketSweep.Run(model, buffers, largest: 4, time);

        Assert.Equal([1, 2, 4], ladder.Sizes);
        Assert.Equal(1 + 3 + 1 + 1, model.Batches); // the largest is timed three times
        Assert.Equal([0, 0], [ladder.Seconds(1), ladder.Seconds(2)]);
    }

    [Fact]
    public void A_batch_is_not_split_for_a_size_whose_time_is_not_known()
    {
        var ladder = new BatchLadder([16, 32], [0, 1]);

        Assert.Equal(31, ladder.Fit(31));
    }

    [Fact]
    public void Where_a_size_is_given_its_speed_is_known_before_the_first_request()
    {
        var time = new FakeTimeProvider();
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2, 4, 8) { BeforePredict = batch => time.Advance(TimeSpan.FromSeconds(0.01 * batch.Bucket)) };
        using DenoisingBatch buffers = model.CreateBatch();

        BatchLadder ladder = BucketSweep.Run(model, buffers, largest: 4, time);

        Assert.Equal(0.01, ladder.SecondsPerRow, 1e-9);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public void A_model_that_fails_at_the_last_timestep_of_its_schedule_alone_is_refused_with_what_to_correct(int? largest)
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2);
        (int first, int last) = (model.Manifest.TimestepFrom, model.Manifest.TimestepTo - 1);
        model.BeforePredict = batch =>
        {
            if (batch.Timesteps[0] == last)
                throw new InvalidOperationException("indices out of bounds");
        };
        using DenoisingBatch buffers = model.CreateBatch();

        var exception = Assert.ThrowsAny<UnusableModelException>(() => BucketSweep.Run(model, buffers, largest, new FakeTimeProvider()));

        Assert.Contains($"runs at timestep {first} and fails at timestep {last}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("num_train_timesteps", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("indices out of bounds", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_fails_at_any_timestep_says_why_itself()
    {
        var model = new FakeDiffusionModel(Manifests.Classes(), 1, 2) { BeforePredict = _ => throw new InvalidOperationException("no such kernel") };
        using DenoisingBatch buffers = model.CreateBatch();

        var exception = Assert.Throws<InvalidOperationException>(() => BucketSweep.Run(model, buffers, largest: 2, new FakeTimeProvider()));

        Assert.Equal("no such kernel", exception.Message);
    }
}
