using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Tests.Bundles;

namespace DiffusionClassifier.Onnx.Tests.Graphs;

public class OnnxGraphReaderTests
{
    private const int Header = 1 << 14; // of the shipped model: field tags and the first nodes

    private static readonly string Shipped = Path.Combine(TemporaryBundle.Original, TemporaryBundle.Model);

    [Fact]
    public void Inputs_outputs_and_weights_of_the_shipped_model_are_found()
    {
        OnnxGraph graph = OnnxGraphReader.Read(Shipped);

        Assert.Equal(["sample Float[?, 3, 32, 32]", "timestep Int64[?]", "class_labels Int64[?]"], graph.Inputs.Select(input => $"{input}"));
        Assert.Equal(["epsilon Float[?, 3, ?, ?]"], graph.Outputs.Select(output => $"{output}"));
        Assert.Equal(3.56e6, graph.Parameters, 0.005e6);
        Assert.Equal(new FileInfo(Path.Combine(TemporaryBundle.Original, TemporaryBundle.Weights)).Length, graph.ExternalFiles["weights.bin"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(4097)]
    [InlineData(100_000)]
    [InlineData(-1)]
    [InlineData(-100)]
    public void A_truncated_file_is_refused(int length)
    {
        byte[] whole = File.ReadAllBytes(Shipped);
        using var bundle = new TemporaryBundle();
        bundle.Write(TemporaryBundle.Model, whole[..(length < 0 ? whole.Length + length : length)]);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(TemporaryBundle.Model), exception.File);
        Assert.Matches("not a whole ONNX model|not an ONNX model|has no input", exception.Reason);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 7007934\n")]
    [InlineData("<!DOCTYPE html><html><body>404</body></html>")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("PK\u0003\u0004")]
    public void A_file_that_is_not_ONNX_is_refused(string text)
    {
        using var bundle = new TemporaryBundle();
        bundle.Write(TemporaryBundle.Model, text);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(TemporaryBundle.Model), exception.File);
    }

    public static TheoryData<string, byte[], string> WrongGraphs => new()
    {
        { "no class_labels", OnnxBytes.Model(Sample, Timestep, Output), "has no input 'class_labels'" },
        { "no sample", OnnxBytes.Model(Timestep, Labels, Output), "has no input 'sample'" },
        { "unknown input", OnnxBytes.Model(Sample, Timestep, Labels, OnnxBytes.Value(11, "encoder_hidden_states", 1, -1, 77, 768), Output), "an input that this program does not have" },
        { "flat timestep", OnnxBytes.Model(Sample, OnnxBytes.Value(11, "timestep", 7, -1, 1), Labels, Output), "'timestep' must be" },
        { "whole sample", OnnxBytes.Model(OnnxBytes.Value(11, "sample", 7, -1, 3, 32, 32), Timestep, Labels, Output), "'sample' must be Float or Half" },
        { "flat sample", OnnxBytes.Model(OnnxBytes.Value(11, "sample", 1, -1, 3072), Timestep, Labels, Output), "has rank 2" },
        { "latent channels", OnnxBytes.Model(OnnxBytes.Value(11, "sample", 1, -1, 4, 32, 32), Timestep, Labels, Output), "fixed to 4, but config.json says in_channels = 3" },
        { "no output", OnnxBytes.Model(Sample, Timestep, Labels), "first output" },
        { "two outputs' channels", OnnxBytes.Model(Sample, Timestep, Labels, OnnxBytes.Value(12, "out", 1, -1, 5, 32, 32)), "5 channels" },
        { "weights outside", OnnxBytes.Model(Sample, Timestep, Labels, Output, OnnxBytes.External("w", "../../../secret", 4, 1)), "outside the bundle" },
        { "weights at a root path", OnnxBytes.Model(Sample, Timestep, Labels, Output, OnnxBytes.External("w", "/etc/passwd", 4, 1)), "outside the bundle" },
        { "weights without a name", OnnxBytes.Model(Sample, Timestep, Labels, Output, OnnxBytes.External("w", "", 4, 1)), "outside the bundle" },
        { "weights with a zero in the name", OnnxBytes.Model(Sample, Timestep, Labels, Output, OnnxBytes.External("w", "a\0b", 4, 1)), "outside the bundle" },
        { "weights missing", OnnxBytes.Model(Sample, Timestep, Labels, Output, OnnxBytes.External("w", "weights.pb", 4, 1)), "it contains weights of model.onnx" },
        { "weights truncated", OnnxBytes.Model(Sample, Timestep, Labels, Output, OnnxBytes.External("w", "config.json", 1 << 20, 1)), "the graph needs 1048576" },
        { "more weights than numbers", OnnxBytes.Model(Sample, Timestep, Labels, Output, OnnxBytes.Initializer("w", long.MaxValue, long.MaxValue)), "not a whole ONNX model" },
        { "group instead of a graph", [0x3B, 0x3C], "not a whole ONNX model" },
        { "endless number", [.. Enumerable.Repeat((byte)0xFF, 20)], "not a whole ONNX model" },
    };

    private static byte[] Sample => OnnxBytes.Value(11, "sample", 1, -1, 3, 32, 32);

    private static byte[] Timestep => OnnxBytes.Value(11, "timestep", 7, -1);

    private static byte[] Labels => OnnxBytes.Value(11, "class_labels", 7, -1);

    private static byte[] Output => OnnxBytes.Value(12, "out", 1, -1, 3, 32, 32);

    [Theory]
    [MemberData(nameof(WrongGraphs))]
    public void A_graph_that_cannot_work_is_refused_with_the_reason(string what, byte[] model, string reason)
    {
        using var bundle = new TemporaryBundle();
        bundle.Write(TemporaryBundle.Model, model);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.True(exception.Reason.Contains(reason, StringComparison.Ordinal), $"{what}: {exception.Message}");
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(int.MaxValue)]
    public void A_size_beyond_any_model_is_refused_before_buffers_are_made(int size)
    {
        using var bundle = new TemporaryBundle();
        bundle.Write(TemporaryBundle.Model, OnnxBytes.Model(OnnxBytes.Value(11, "sample", 1, -1, 3, -1, -1), Timestep, Labels, Output));
        bundle.Replace("unet/config.json", "\"sample_size\": 32", $"\"sample_size\": {size}");

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Contains($"3×{size}×{size}", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_with_the_right_inputs_is_taken()
    {
        using var bundle = new TemporaryBundle();
        bundle.Write(TemporaryBundle.Model, OnnxBytes.Model(Sample, Timestep, Labels, Output, OnnxBytes.Value(11, "w", 1, 2, 5), OnnxBytes.Initializer("w", 2, 5)));

        Bundle loaded = bundle.Load();

        Assert.Equal(10, loaded.Model.Parameters);
        Assert.Equal(["sample", "timestep", "class_labels"], loaded.Model.Denoiser.Graph.Inputs.Select(input => input.Name));
    }

    [Fact]
    public void A_damaged_header_is_refused_or_read_and_nothing_else()
    {
        byte[] whole = File.ReadAllBytes(Shipped);
        var random = new Random(1);
        string file = Path.GetTempFileName();
        try
        {
            for (int i = 0; i < 400; i++)
            {
                byte[] damaged = (byte[])whole.Clone();
                Damage(damaged, random);
                File.WriteAllBytes(file, damaged);

                Exception? exception = Record.Exception(() => OnnxGraphReader.Read(file));

                Assert.True(exception is null or BundleException, $"{i}: {exception}");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    // One to eight bytes at the beginning, in the middle (initializers) or at the end (inputs and outputs).
    private static void Damage(byte[] bytes, Random random)
    {
        int begin = random.Next(3) switch { 0 => 0, 1 => random.Next(bytes.Length - Header), _ => bytes.Length - Header / 16 };
        int length = Math.Min(Header, bytes.Length - begin);
        for (int i = random.Next(1, 9); i > 0; i--)
            bytes[begin + random.Next(random.Next(2) == 0 ? 32 : length)] = (byte)random.Next(256);
    }
}
