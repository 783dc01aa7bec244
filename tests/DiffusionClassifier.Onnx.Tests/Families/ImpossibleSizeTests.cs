using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Tests.Bundles;
using DiffusionClassifier.Onnx.Tests.Graphs;

using static DiffusionClassifier.Onnx.Tests.Bundles.SyntheticBundle;

namespace DiffusionClassifier.Onnx.Tests.Families;

/// <summary>Sizes that no model has must not become small ones by losing their upper bits, nor buffers of gigabytes.</summary>
public class ImpossibleSizeTests
{
    private const long LosesItsUpperBits = (1L << 32) + 4; // an int of it is 4

    [Theory]
    [InlineData(2, LosesItsUpperBits, 16)]
    [InlineData(2, 4, (1L << 32) + 16)]
    [InlineData((1L << 32) + 1, 4, 16)]
    [InlineData(long.MaxValue, 4, 16)]
    public void A_size_beyond_32_bits_is_refused(long batch, long channels, long side)
    {
        using SyntheticBundle bundle = Text().Write(UnetConfig, "{}").Write(Unet, OnnxBytes.Model(In("sample", F32, batch, channels, side, side), Timestep(), States(), Prediction()));

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(Unet), exception.File);
        Assert.Contains("an axis of", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_beyond_any_device_is_refused_whichever_graph_has_it()
    {
        const long Batch = int.MaxValue;
        foreach ((string file, byte[] graph) in ((string, byte[])[])
        [
            (Unet, OnnxBytes.Model(Sample(batch: Batch), Timestep(), States(), Prediction())),
            (TextEncoder, OnnxBytes.Model(In("input_ids", I64, Batch, -1), Out("last_hidden_state", F32, -1, -1, Width))),
            (Vae, OnnxBytes.Model(In("sample", F32, Batch, 3, -1, -1), Out("latent_parameters", F32, -1, 8, -1, -1))),
        ])
        {
            using SyntheticBundle bundle = Text().Write(file, graph);

            var exception = Assert.Throws<BundleException>(() => bundle.Load());

            Assert.Equal(bundle.PathOf(file), exception.File);
            Assert.Contains("fixed to a batch of 2147483647", exception.Reason, StringComparison.Ordinal);
        }
    }
}
