using DiffusionClassifier.Evaluation.Baselines;

namespace DiffusionClassifier.Evaluation.Tests.Baselines;

public sealed class LinearProbeTests
{
    private const int Length = 8, Classes = 3;

    [Fact]
    public void It_tells_classes_apart_that_a_plane_divides_and_its_probabilities_hold()
    {
        (List<float[]> features, List<int> labels) = Images(600, seed: 1, apart: 1.5);
        (List<float[]> others, List<int> truths) = Images(2_000, seed: 2, apart: 1.5);

        var probe = LinearProbe.Fit(features, labels, Classes, seed: 0);

        double[][] posteriors = [.. others.Select(probe.Posterior)];
        double right = posteriors.Zip(truths, (posterior, truth) => posterior[truth] == posterior.Max() ? 1.0 : 0).Average();
        Assert.All(posteriors, posterior => Assert.Equal(1, posterior.Sum(), 1e-9));
        Assert.InRange(right, 0.75, 0.95);
        Assert.Equal(right, posteriors.Average(posterior => posterior.Max()), 0.05); // as sure as it is right
    }

    [Fact]
    public void Features_that_say_nothing_or_never_vary_leave_the_shares_of_the_classes()
    {
        var random = new Random(3);
        List<float[]> features = [.. Enumerable.Range(0, 1_000).Select(_ => new[] { 7f, (float)random.NextDouble() })];
        List<int> labels = [.. Enumerable.Range(0, 1_000).Select(i => i % 4 == 0 ? 1 : 0)];

        double[] posterior = LinearProbe.Fit(features, labels, classes: 2, seed: 0).Posterior([7, 0.5f]);

        Assert.Equal(0.75, posterior[0], 0.03);
    }

    [Fact]
    public void The_same_images_give_the_same_probe()
    {
        (List<float[]> features, List<int> labels) = Images(200, seed: 1, apart: 1);

        Assert.Equal(
            LinearProbe.Fit(features, labels, Classes, seed: 5).Posterior(features[0]), LinearProbe.Fit(features, labels, Classes, seed: 5).Posterior(features[0]));
    }

    // Each class's images lie around a corner of their own, and one feature is on another scale.
    private static (List<float[]> Features, List<int> Labels) Images(int count, int seed, double apart)
    {
        var random = new Random(seed);
        List<float[]> features = [];
        List<int> labels = [];
        for (int i = 0; i < count; i++)
        {
            int label = random.Next(Classes);
            features.Add([.. Enumerable.Range(0, Length).Select(place => (float)((place == label ? apart : 0) + Gaussian(random)) * (place == 0 ? 1_000 : 1))]);
            labels.Add(label);
        }

        return (features, labels);
    }

    private static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
