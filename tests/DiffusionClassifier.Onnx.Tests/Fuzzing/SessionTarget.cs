using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Bundles;
using DiffusionClassifier.Onnx.Tests.Graphs;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>
/// Damaged graphs that the loader lets through, into ONNX Runtime: a session, or a refusal. Only for tests/fuzz, in a process that may be
/// lost: a fault in native code ends it, and leaves the graph in <c>artifacts/fuzz/sessions-running.bin</c>.
/// </summary>
internal sealed class SessionTarget : FuzzTarget
{
    private readonly SyntheticBundle _bundle = SyntheticBundle.Classes().Remove("transformer").Remove("vae_encoder").Write("unet/config.json", """{ "in_channels": 3, "sample_size": 4 }""");

    public override string Name => "sessions";

    public override FuzzInput Make(Random random) => new(ProtobufMutation.Mutate(Graph(), random), "graph");

    public override Task<string> CheckAsync(byte[] input, CancellationToken cancellationToken)
    {
        _bundle.Write(SyntheticBundle.Unet, input);
        try
        {
            Bundle bundle = _bundle.Load();
            using OnnxDiffusionModel model = new(bundle, new OnnxOptions { Threads = 1 });
            return Task.FromResult("session");
        }
        catch (BundleException exception)
        {
            return Task.FromResult(exception.InnerException is Microsoft.ML.OnnxRuntime.OnnxRuntimeException ? "refused by ONNX Runtime" : "refused by the loader");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _bundle.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>epsilon = sample · w + w. Field numbers: onnx.proto.</summary>
    private static byte[] Graph()
    {
        byte[] weights = [.. OnnxBytes.Integer(2, SyntheticBundle.F32), .. OnnxBytes.Text(8, "w"), .. OnnxBytes.Bytes(9, [0, 0, 0x80, 0x3F])];
        byte[] graph =
        [
            .. Node("Mul", ["sample", "w"], "product"), .. Node("Add", ["product", "w"], "epsilon"), .. OnnxBytes.Text(2, "graph"), .. OnnxBytes.Bytes(5, weights),
            .. SyntheticBundle.In("sample", SyntheticBundle.F32, -1, 3, 4, 4), .. SyntheticBundle.Timestep(), .. SyntheticBundle.In("class_labels", SyntheticBundle.I64, -1),
            .. SyntheticBundle.Out("epsilon", SyntheticBundle.F32, -1, 3, 4, 4),
        ];
        return [.. OnnxBytes.Integer(1, 8), .. OnnxBytes.Bytes(8, OnnxBytes.Integer(2, 17)), .. OnnxBytes.Bytes(7, graph)];
    }

    private static byte[] Node(string operation, string[] inputs, string output) =>
        OnnxBytes.Bytes(1, [.. inputs.SelectMany(name => OnnxBytes.Text(1, name)), .. OnnxBytes.Text(2, output), .. OnnxBytes.Text(3, output), .. OnnxBytes.Text(4, operation)]);
}
