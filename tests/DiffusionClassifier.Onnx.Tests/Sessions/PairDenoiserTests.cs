using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>A denoiser that comes as an encoder and a decoder, against the same weights in one graph.</summary>
public sealed class PairDenoiserTests : IDisposable
{
    private const int Capacity = 8;
    private const double Rounding = 1e-5; // the same sums in another order, on values of about 1

    private readonly PairBundle _bundle = new();
    private readonly OnnxDiffusionModel _pair, _whole;

    public PairDenoiserTests()
    {
        var options = new OnnxOptions { MaxBatch = Capacity, Threads = 1 };
        _pair = new OnnxDiffusionModel(_bundle.Load(), options);
        _whole = new OnnxDiffusionModel(_bundle.Without(PairBundle.Encoder, PairBundle.Decoder).Load(), options);
    }

    public void Dispose()
    {
        _pair.Dispose();
        _whole.Dispose();
        _bundle.Dispose();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("00")]
    [InlineData("0012")]
    [InlineData("0123")]
    [InlineData("00000000")]
    [InlineData("00001111")]
    [InlineData("00011122")]
    [InlineData("01122344")]
    [InlineData("01234567")]
    public void Rows_that_share_slots_get_what_the_whole_graph_says(string slots)
    {
        Assert.InRange(Deviation(Predict(_whole, slots), Predict(_pair, slots)), 0, Rounding);
    }

    [Fact]
    public void A_call_keeps_nothing_of_the_one_before()
    {
        using DenoisingBatch pair = _pair.CreateBatch(), other = _pair.CreateBatch(), whole = _whole.CreateBatch();
        foreach ((int call, string slots) in ((string[])["01234567", "00011122", "0001", "01234567", "00", "01122344"]).Index())
        {
            float[] expected = Predict(_whole, whole, slots, call);

            Assert.InRange(Deviation(expected, Predict(_pair, pair, slots, call)), 0, Rounding);
            Assert.InRange(Deviation(expected, Predict(_pair, other, slots, call)), 0, Rounding); // the engine fills one while the other runs
        }
    }

    [Fact]
    public void Rows_of_one_slot_are_encoded_once_from_the_first()
    {
        using DenoisingBatch batch = _pair.CreateBatch();
        float[] expected = Predict(_pair, batch, "0011", seed: 0);
        SlotRows.Fill(batch, "0011", seed: 0);
        batch.Noised(1).Fill(float.NaN);
        batch.Noised(3).Fill(float.NaN);

        _pair.PredictNoise(batch);

        Assert.Equal(expected, SlotRows.Answer(batch));
    }

    [Theory]
    [InlineData("1234")]
    [InlineData("0022")]
    [InlineData("0210")]
    public void Slots_that_are_not_counted_from_zero_in_the_order_of_rows_are_refused(string slots)
    {
        Assert.Throws<InvalidOperationException>(() => Predict(_pair, slots));
    }

    [Fact]
    public void A_call_allocates_a_fixed_amount_whatever_the_rows_and_slots()
    {
        using DenoisingBatch batch = _pair.CreateBatch();

        long one = AllocatedPerCall(batch, "0"), shared = AllocatedPerCall(batch, "00001111"), distinct = AllocatedPerCall(batch, "01234567");

        Assert.Equal((one, one), (shared, distinct));
        Assert.InRange(one, 0, 1024); // of two graphs
    }

    [Fact]
    public void A_whole_graph_beside_a_pair_is_not_read()
    {
        using var bundle = new PairBundle();
        bundle.Write(PairBundle.Whole, [1, 2, 3]);
        using var model = new OnnxDiffusionModel(bundle.Load(), new OnnxOptions { MaxBatch = Capacity });

        Assert.InRange(Deviation(Predict(_whole, "0011"), Predict(model, "0011")), 0, Rounding);
    }

    [Fact]
    public void A_pair_without_a_whole_graph_works()
    {
        using var bundle = new PairBundle();
        using var model = new OnnxDiffusionModel(bundle.Without(PairBundle.Whole).Load(), new OnnxOptions { MaxBatch = Capacity });

        Assert.InRange(Deviation(Predict(_whole, "0011"), Predict(model, "0011")), 0, Rounding);
    }

    private static float[] Predict(OnnxDiffusionModel model, string slots)
    {
        using DenoisingBatch batch = model.CreateBatch();
        return Predict(model, batch, slots, seed: 0);
    }

    private static float[] Predict(OnnxDiffusionModel model, DenoisingBatch batch, string slots, int seed)
    {
        SlotRows.Fill(batch, slots, seed);
        model.PredictNoise(batch);
        return SlotRows.Answer(batch);
    }

    private static double Deviation(float[] expected, float[] actual)
    {
        Assert.All(actual, value => Assert.True(float.IsFinite(value)));
        return expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
    }

    private long AllocatedPerCall(DenoisingBatch batch, string slots)
    {
        SlotRows.Fill(batch, slots, seed: 0);
        for (int i = 0; i < 5; i++)
            _pair.PredictNoise(batch);
        return Allocations.Of(() => _pair.PredictNoise(batch)); // call by call: a collection in between counts what is left of the thread's buffer
    }
}
