using System.Numerics.Tensors;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace DiffusionClassifier.Evaluation.Baselines;

/// <summary>
/// Multinomial logistic regression on standardized features, fitted by L-BFGS (ML.NET): p = softmax(W·x + b). How strongly the weights are
/// held back is what is best on a fifth of the training images. Immutable.
/// </summary>
internal sealed class LinearProbe
{
    private const int HeldOut = 5; // one in so many training images chooses the strength
    private static readonly float[] Strengths = [1, 10, 100, 1_000]; // of the squared weights, against the sum of the losses

    private readonly float[] _means, _scales;
    private readonly float[][] _weights;
    private readonly float[] _biases;

    private LinearProbe(float[] means, float[] scales, float[][] weights, float[] biases) =>
        (_means, _scales, _weights, _biases) = (means, scales, weights, biases);

    /// <param name="features">Of each training image; all of one length.</param>
    /// <param name="labels">Its class.</param>
    /// <param name="classes">How many there are, at least 2.</param>
    /// <param name="seed">Chooses which images choose.</param>
    public static LinearProbe Fit(IReadOnlyList<float[]> features, IReadOnlyList<int> labels, int classes, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, features.Count)];
        SeededOrder.Shuffle(order, seed, RandomPurpose.Folds);
        int[] held = [.. order.Take(features.Count / HeldOut)], rest = [.. order.Skip(held.Length)];
        float strength = held.Length == 0 || rest.Length == 0 ? Strengths[^1] : Strengths.MinBy(candidate =>
        {
            LinearProbe probe = Fit([.. rest.Select(i => features[i])], [.. rest.Select(i => labels[i])], classes, candidate);
            return held.Sum(i => -Math.Log(Math.Max(double.Epsilon, probe.Posterior(features[i])[labels[i]])));
        });
        return Fit(features, labels, classes, strength);
    }

    /// <summary>The probability of each class.</summary>
    public double[] Posterior(float[] features)
    {
        float[] standardized = Standardized(features, _means, _scales);
        double[] logits =
            [.. _weights.Select((weights, label) => (double)TensorPrimitives.Dot<float>(weights, standardized) + _biases[label])];
        TensorPrimitives.SoftMax<double>(logits, logits);
        return logits;
    }

    private static LinearProbe Fit(IReadOnlyList<float[]> features, IReadOnlyList<int> labels, int classes, float strength)
    {
        int length = features[0].Length;
        float[] means = [.. Enumerable.Range(0, length).Select(i => (float)features.Average(row => row[i]))];
        float[] scales = [.. Enumerable.Range(0, length).Select(i => Scale(features, i, means[i]))];
        var context = new MLContext(seed: 0);
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        schema[nameof(Example.Label)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        IDataView data = context.Data.LoadFromEnumerable(features.Zip(labels, (row, label) => new Example
        {
            Features = Standardized(row, means, scales),
            Label = (uint)label,
        }), schema);
        MaximumEntropyModelParameters model = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                L1Regularization = 0,
                L2Regularization = strength,
                NumberOfThreads = 1, // the same weights in every run
            }).Fit(data).Model;
        VBuffer<float>[]? weights = null;
        model.GetWeights(ref weights, out int count);
        return new LinearProbe(means, scales, [.. weights!.Take(count).Select(row => row.DenseValues().ToArray())], [.. model.GetBiases()]);
    }

    // A feature that does not vary says nothing.
    private static float Scale(IReadOnlyList<float[]> features, int index, float mean)
    {
        double variance = features.Average(row => Math.Pow(row[index] - mean, 2));
        return variance > 0 ? (float)(1 / Math.Sqrt(variance)) : 0;
    }

    private static float[] Standardized(float[] features, float[] means, float[] scales)
    {
        var standardized = new float[features.Length];
        TensorPrimitives.Subtract(features, means, standardized);
        TensorPrimitives.Multiply(standardized, scales, standardized);
        return standardized;
    }

    /// <summary>A training image, as ML.NET reads it.</summary>
    private sealed class Example
    {
        public float[] Features { get; init; } = [];

        public uint Label { get; init; }
    }
}
