using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Banks;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

public sealed class OnnxDiffusionModelTests : IDisposable
{
    private const double Tolerance = 2e-5; // PyTorch against ONNX Runtime, both in float32
    private const float BetweenBuckets = 1e-5f;

    private readonly ITestOutputHelper _output;
    private readonly OnnxDiffusionModel _model = new(BundleLoader.Load(TemporaryBundle.Original), new OnnxOptions { MaxBatch = 8, Threads = 2 });
    private readonly float[] _sample, _epsilon;
    private readonly long[] _timesteps, _classes;
    private readonly int _rows, _length;

    public OnnxDiffusionModelTests(ITestOutputHelper output)
    {
        _output = output;
        using var vectors = new NumpyArchive(Path.Combine(TemporaryBundle.Original, "testvec.npz"));
        _sample = vectors.Array<float>("sample", out int[] shape);
        _timesteps = vectors.Array<long>("timestep", out _);
        _classes = vectors.Array<long>("class_labels", out _);
        _epsilon = vectors.Array<float>("epsilon", out _);
        (_rows, _length) = (shape[0], shape[1..].Aggregate((product, size) => product * size));
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Every_batch_size_agrees_with_PyTorch_and_with_the_others()
    {
        using DenoisingBatch batch = _model.CreateBatch();
        float[]? first = null;
        foreach (int bucket in _model.Buckets)
        {
            float[] predicted = Predict(batch, bucket);

            double deviation = Deviation(_epsilon, predicted), between = Deviation(first ??= predicted, predicted);
            _output.WriteLine($"bucket {bucket}: {predicted.Length} values, largest deviation from PyTorch {deviation:0.0e+00} (tolerance {Tolerance:0e+00}), from bucket {_model.Buckets[0]} {between:0.0e+00} (tolerance {BetweenBuckets:0e+00})");
            Assert.InRange(deviation, 0, Tolerance);
            Assert.InRange(between, 0, BetweenBuckets);
        }
    }

    [Fact]
    public void What_padding_rows_hold_does_not_change_the_real_rows()
    {
        using DenoisingBatch batch = _model.CreateBatch();
        Fill(batch, 0, 5);
        batch.Bucket = 8;
        for (int row = 5; row < 8; row++)
            SetRow(batch, row, 0, float.NaN);
        _model.PredictNoise(batch);
        float[] beside = [.. Enumerable.Range(0, 5).SelectMany(row => batch.Predicted(row).ToArray())];

        Assert.InRange(Deviation(_epsilon.AsSpan(0, beside.Length), beside), 0, Tolerance);
    }

    [Fact]
    public void A_call_allocates_a_fixed_amount_whatever_the_rows()
    {
        using DenoisingBatch batch = _model.CreateBatch();
        Fill(batch, 0, _rows);
        SetRow(batch, 7, 0, 0);

        long one = AllocatedPerCall(batch, bucket: 1), eight = AllocatedPerCall(batch, bucket: 8);

        _output.WriteLine($"managed bytes a call: {one} with 1 row, {eight} with 8 rows");
        Assert.Equal(one, eight);
        Assert.InRange(one, 0, 512);
    }

    [Theory]
    [InlineData("airplane", 0)]
    [InlineData("TRUCK", 9)]
    public void The_name_of_a_class_in_any_case_is_its_index(string name, long id)
    {
        Assert.Equal([new ClassConditioning(id)], _model.EncodePrompts([name]));
    }

    [Fact]
    public void A_graph_that_ONNX_Runtime_cannot_load_is_refused_with_the_file_and_the_reason()
    {
        using var bundle = new TemporaryBundle();
        byte[] bytes = File.ReadAllBytes(bundle.PathOf(TemporaryBundle.Model));
        int node = bytes.AsSpan().IndexOf("Conv"u8);
        "Cxnv"u8.CopyTo(bytes.AsSpan(node));
        bundle.Write(TemporaryBundle.Model, bytes);
        Bundle loaded = bundle.Load();

        var exception = Assert.Throws<BundleException>(() => new OnnxDiffusionModel(loaded, new OnnxOptions()));

        Assert.Equal(bundle.PathOf(TemporaryBundle.Model), exception.File);
        Assert.Contains("ONNX Runtime cannot load it", exception.Reason, StringComparison.Ordinal);
    }

    private long AllocatedPerCall(DenoisingBatch batch, int bucket)
    {
        batch.Bucket = bucket;
        for (int i = 0; i < 5; i++)
            _model.PredictNoise(batch);
        return Allocations.Of(() => _model.PredictNoise(batch)); // call by call: a collection in between counts what is left of the thread's buffer
    }

    // All rows in chunks of the bucket; a chunk that is not full repeats its first row.
    private float[] Predict(DenoisingBatch batch, int bucket)
    {
        var predicted = new float[_rows * _length];
        batch.Bucket = bucket;
        for (int begin = 0; begin < _rows; begin += bucket)
        {
            int count = Math.Min(bucket, _rows - begin);
            Fill(batch, begin, count);
            for (int row = count; row < bucket; row++)
                SetRow(batch, row, begin, 0);
            _model.PredictNoise(batch);
            for (int row = 0; row < count; row++)
                batch.Predicted(row).CopyTo(predicted.AsSpan((begin + row) * _length));
        }

        return predicted;
    }

    private void Fill(DenoisingBatch batch, int begin, int count)
    {
        for (int row = 0; row < count; row++)
        {
            SetRow(batch, row, begin + row, 0);
            _sample.AsSpan((begin + row) * _length, _length).CopyTo(batch.Noised(row));
        }
    }

    private void SetRow(DenoisingBatch batch, int row, int source, float value)
    {
        batch.Noised(row).Fill(value);
        (batch.Slots[row], batch.Timesteps[row]) = (row, _timesteps[source]);
        batch.Conditionings[row] = new ClassConditioning(_classes[source]);
    }

    private static double Deviation(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
            largest = Math.Max(largest, float.IsNaN(actual[i]) ? double.PositiveInfinity : Math.Abs((double)expected[i] - actual[i]));
        return largest;
    }
}
