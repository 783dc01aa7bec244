using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Core.Tests.Scoring;

public class LabelScoresTests
{
    [Fact]
    public void A_difference_is_the_naive_paired_statistic()
    {
        var random = new Random(1);
        for (int i = 0; i < 100; i++)
        {
            int trials = random.Next(2, 300);
            double[] a = Errors(random, trials), b = Errors(random, trials);
            LabelScores scores = Record(a, b);

            PairedDifference difference = scores.Difference(0, 1);

            decimal[] d = [.. a.Zip(b, (x, y) => (decimal)x - (decimal)y)];
            decimal mean = d.Average(), variance = d.Sum(x => (x - mean) * (x - mean)) / (trials - 1);
            Assert.Equal((double)mean, difference.Mean, 1e-13);
            Assert.Equal(Math.Sqrt((double)variance / trials), difference.StandardError, 1e-13);
            Assert.Equal(trials, difference.Count);
        }
    }

    [Fact]
    public void Tiny_differences_between_huge_errors_lose_nothing()
    {
        var random = new Random(2);
        double[] b = [.. Enumerable.Range(0, 1000).Select(_ => 1e9 + Math.Round(random.NextDouble() * 1e6))];
        double[] offsets = [.. Enumerable.Range(0, 1000).Select(i => (i % 2 == 0 ? 3 : 1) / 1024.0)];
        LabelScores scores = Record([.. b.Zip(offsets, (x, y) => x + y)], b);

        PairedDifference difference = scores.Difference(0, 1);

        Assert.Equal(2 / 1024.0, difference.Mean, 1e-15);
        Assert.Equal(1 / 1024.0 / Math.Sqrt(999), difference.StandardError, 1e-15);
    }

    [Fact]
    public void Swapping_two_labels_changes_the_sign_of_their_difference_alone()
    {
        var random = new Random(3);
        LabelScores scores = Record(Errors(random, 50), Errors(random, 50));

        PairedDifference there = scores.Difference(0, 1), back = scores.Difference(1, 0);

        Assert.Equal(there with { Mean = -there.Mean }, back);
    }

    [Fact]
    public void The_mean_of_an_arm_whose_winner_lost_later_goes_from_winner_to_winner()
    {
        // Arm 0 lost to arm 1 by 2 on two trials, arm 1 to arm 2 by 3 on four; on the first two arm 0 was better than arm 2.
        LabelScores scores = Record([3, 3], [1, 1, 5, 5], [7, 7, -7, -7, 1, 1]);
        scores.Eliminate(0, winner: 1);
        scores.Eliminate(1, winner: 2);

        double[] means = [.. Enumerable.Range(0, 3).Select(arm => scores.AnchoredMean(arm, leader: 2))];

        double leader = 2 / 6.0;
        Assert.Equal([leader + 3 + 2, leader + 3, leader], means);
    }

    [Fact]
    public void The_mean_of_an_arm_that_lost_to_no_arm_in_particular_is_anchored_to_the_leader()
    {
        LabelScores scores = Record([8, 8], [1, 2, 3, 6]);
        scores.Eliminate(0);

        Assert.Equal(3 + 6.5, scores.AnchoredMean(0, leader: 1));
        Assert.Equal((3, 1), (scores.AnchoredMean(1, leader: 1), scores.Alive));
    }

    [Fact]
    public void A_difference_to_a_label_that_has_stopped_uses_the_common_trials_alone()
    {
        LabelScores scores = Record([5, 7], [1, 2, 1000, 1000]);

        PairedDifference difference = scores.Difference(0, 1);

        Assert.Equal(new PairedDifference(4.5, 0.5, 2), difference);
    }

    [Fact]
    public void A_difference_of_one_trial_has_no_standard_error()
    {
        LabelScores scores = Record([3], [1]);

        Assert.Equal(new PairedDifference(2, double.NaN, 1), scores.Difference(0, 1));
    }

    [Fact]
    public void Equal_errors_differ_by_exactly_zero_without_spread()
    {
        double[] errors = Errors(new Random(4), 77);
        LabelScores scores = Record(errors, errors);

        Assert.Equal(new PairedDifference(0, 0, 77), scores.Difference(0, 1));
    }

    [Fact]
    public void The_mean_is_the_same_to_the_last_bit_in_whatever_order_errors_are_recorded()
    {
        var random = new Random(5);
        double[] errors = [.. Errors(random, 500).Select((error, i) => error * Math.Pow(10, i % 20))];
        double expected = Record(errors, errors).Mean(0);
        for (int i = 0; i < 20; i++)
        {
            var scores = new LabelScores(1, errors.Length);
            int[] order = [.. Enumerable.Range(0, errors.Length)];
            random.Shuffle(order);

            foreach (int position in order)
                scores.Record(0, position, errors[position]);

            Assert.Equal(expected, scores.Mean(0));
        }
    }

    [Fact]
    public void The_mean_before_the_first_trial_is_not_a_number()
    {
        Assert.Equal(double.NaN, new LabelScores(2, 5).Mean(1));
    }

    [Fact]
    public void An_eliminated_label_keeps_its_errors_and_leaves_the_others_alive()
    {
        LabelScores scores = Record([4, 6], [1, 1]);

        scores.Eliminate(0);

        Assert.False(scores.IsAlive(0));
        Assert.True(scores.IsAlive(1));
        Assert.Equal(5, scores.Mean(0));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Scores_without_labels_or_trials_are_refused(int labels, int trials)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelScores(labels, trials));
    }

    private static LabelScores Record(params double[][] errors)
    {
        var scores = new LabelScores(errors.Length, errors.Max(row => row.Length));
        for (int label = 0; label < errors.Length; label++)
        {
            for (int position = 0; position < errors[label].Length; position++)
                scores.Record(label, position, errors[label][position]);
        }

        return scores;
    }

    private static double[] Errors(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];

    [Fact]
    public void Statistics_of_many_errors_allocate_nothing()
    {
        var scores = new LabelScores([new Arm(0, [0, 1]), new Arm(1, [2])], trials: 100);
        for (int prompt = 0; prompt < 3; prompt++)
        {
            for (int position = 0; position < 100; position++)
                scores.Record(prompt, position, prompt + position);
        }

        long allocated = Allocations.Of(() => _ = scores.Mean(0) + scores.StandardError(0) + scores.Difference(0, 1).Mean);

        Assert.Equal(0, allocated);
    }
}
