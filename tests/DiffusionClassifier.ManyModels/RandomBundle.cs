using System.Runtime.InteropServices;
using DiffusionClassifier.Onnx.Tests.Graphs;

namespace DiffusionClassifier.ManyModels;

/// <summary>
/// A class-conditional bundle for pixels whose denoiser is two matrices of random numbers: as large as is asked for, and quick. It predicts
/// nothing of use.
/// </summary>
internal static class RandomBundle
{
    private const int Float = 1, Int64 = 7; // onnx.proto, TensorProto.DataType
    private const int Side = 32, Pixels = 3 * Side * Side, Classes = 10;

    private const string Index = """
        { "_class_name": "ClassConditionalPixelPipeline", "scheduler": ["diffusers", "DDPMScheduler"], "unet": ["onnx", "OnnxModel"],
          "id2label": {"0": "a", "1": "b", "2": "c", "3": "d", "4": "e", "5": "f", "6": "g", "7": "h", "8": "i", "9": "j"} }
        """;

    private const string Config = """{ "_class_name": "UNet2DModel", "in_channels": 3, "out_channels": 3, "sample_size": 32, "num_class_embeds": 10 }""";
    private const string Scheduler = """{ "_class_name": "DDPMScheduler", "num_train_timesteps": 1000, "beta_schedule": "squaredcos_cap_v2", "prediction_type": "epsilon" }""";

    /// <param name="folder">Where it is written.</param>
    /// <param name="bytes">Of its weights, about.</param>
    /// <param name="seed">Of the numbers.</param>
    public static void Write(string folder, long bytes, int seed)
    {
        int width = (int)(bytes / sizeof(float) / (2 * Pixels));
        Directory.CreateDirectory(Path.Combine(folder, "unet"));
        Directory.CreateDirectory(Path.Combine(folder, "scheduler"));
        File.WriteAllText(Path.Combine(folder, "model_index.json"), Index);
        File.WriteAllText(Path.Combine(folder, "unet", "config.json"), Config);
        File.WriteAllText(Path.Combine(folder, "scheduler", "scheduler_config.json"), Scheduler);
        var random = new Random(seed);
        File.WriteAllBytes(Path.Combine(folder, "unet", "down.bin"), Matrix(random, Pixels, width));
        File.WriteAllBytes(Path.Combine(folder, "unet", "up.bin"), Matrix(random, width, Pixels));
        File.WriteAllBytes(Path.Combine(folder, "unet", "classes.bin"), Matrix(random, Classes, Pixels));
        File.WriteAllBytes(Path.Combine(folder, "unet", "model.onnx"), Denoiser(width));
    }

    // Of such a size that the product with a vector has numbers about as large as the vector's.
    private static byte[] Matrix(Random random, int rows, int columns)
    {
        float largest = MathF.Sqrt(3f / rows);
        float[] values = [.. Enumerable.Range(0, rows * columns).Select(_ => largest * (2 * random.NextSingle() - 1))];
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static byte[] Denoiser(int width) =>
    [
        .. OnnxBytes.Model(
            Node("Flatten", ["sample"], "flat"), Node("MatMul", ["flat", "down"], "inner"), Node("MatMul", ["inner", "up"], "outer"),
            Node("Gather", ["classes", "class_labels"], "shift"), Node("Add", ["outer", "shift"], "shifted"),
            Node("Reshape", ["shifted", "shape"], "out_sample"), OnnxBytes.Text(2, "graph"),
            Weights("down", Pixels, width), Weights("up", width, Pixels), Weights("classes", Classes, Pixels), Shape(),
            OnnxBytes.Value(11, "sample", Float, -1, 3, Side, Side), OnnxBytes.Value(11, "timestep", Int64, -1),
            OnnxBytes.Value(11, "class_labels", Int64, -1), OnnxBytes.Value(12, "out_sample", Float, -1, 3, Side, Side)),
        .. OnnxBytes.Bytes(8, [.. OnnxBytes.Text(1, ""), .. OnnxBytes.Integer(2, 17)]),
    ];

    private static byte[] Weights(string name, int rows, int columns) =>
        OnnxBytes.External(name, $"{name}.bin", (long)rows * columns * sizeof(float), rows, columns);

    private static byte[] Shape() => OnnxBytes.Bytes(5,
    [
        .. OnnxBytes.Integer(1, 4), .. OnnxBytes.Integer(2, Int64), .. OnnxBytes.Text(8, "shape"),
        .. OnnxBytes.Bytes(9, MemoryMarshal.AsBytes(new long[] { -1, 3, Side, Side }.AsSpan()).ToArray()),
    ]);

    private static byte[] Node(string operation, string[] inputs, string output) => OnnxBytes.Bytes(1,
        [.. inputs.SelectMany(input => OnnxBytes.Text(1, input)), .. OnnxBytes.Text(2, output), .. OnnxBytes.Text(4, operation)]);
}
