using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;
using DiffusionClassifier.Onnx.Tests.Bundles;
using DiffusionClassifier.Onnx.Tests.Graphs;

using static DiffusionClassifier.Onnx.Tests.Bundles.SyntheticBundle;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>A denoiser whose inputs and output are bfloat16 is given and gives those numbers.</summary>
public sealed class BrainModelTests
{
    private const int BF16 = 16; // onnx.proto, TensorProto.DataType
    private const int Rows = 4;

    // out = bfloat16(float(sample) + float(timestep)): what ONNX Runtime computes on any processor.
    private static byte[] Graph => OnnxBytes.Model(
        OnnxBytes.Node("Cast", ["sample"], "x", OnnxBytes.Attribute("to", F32)),
        OnnxBytes.Node("Cast", ["timestep"], "t", OnnxBytes.Attribute("to", F32)),
        OnnxBytes.Node("Add", ["x", "t"], "sum"),
        OnnxBytes.Node("Cast", ["sum"], "out_sample", OnnxBytes.Attribute("to", BF16)),
        In("sample", BF16, -1, 3, 4, 4),
        In("timestep", BF16, 1),
        In("class_labels", I64, -1),
        Out("out_sample", BF16, -1, 3, 4, 4));

    [Fact]
    public void It_runs_on_numbers_rounded_to_bfloat16()
    {
        using SyntheticBundle bundle = Classes().Remove("vae_encoder").Write(Transformer, Graph).Write(TransformerConfig, """{ "in_channels": 3, "sample_size": 4 }""");
        using var model = new OnnxDiffusionModel(bundle.Load(), new OnnxOptions { MaxBatch = Rows });
        using DenoisingBatch batch = model.CreateBatch();
        var noise = new GaussianNoise(seed: 1);
        for (int row = 0; row < Rows; row++)
            noise.Fill(row, batch.Noised(row));
        Array.Fill(batch.Timesteps, 3);
        Array.Fill(batch.Conditionings, model.EncodePrompts(["dog"])[0]);
        batch.Bucket = Rows;

        batch.Upload();
        model.Run(batch);
        batch.Download();

        for (int row = 0; row < Rows; row++)
            Assert.Equal(Round(Array.ConvertAll(Round(batch.Noised(row)), x => x + 3)), batch.Predicted(row).ToArray());
        Assert.Equal("bfloat16", model.Manifest.DataType);
    }

    private static float[] Round(ReadOnlySpan<float> values)
    {
        var bits = new ushort[values.Length];
        var rounded = new float[values.Length];
        BrainFloat.FromSingle(values, bits);
        BrainFloat.ToSingle(bits, rounded);
        return rounded;
    }
}
