using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;

namespace DiffusionClassifier.Onnx.Baselines;

/// <summary>
/// A ResNet-18 (He et al., 2016) trained on ImageNet, before its last layer: the two graphs of Microsoft.ML.DnnImageFeaturizer.ResNet18,
/// which the build puts beside the program. On the processor; one image at a time, as the graphs are fixed to.
/// </summary>
public sealed class ResNet18Features : IImageFeatures
{
    private const int Side = 224;
    private const string Folder = "baselines", NetworkFile = "ResNet18.onnx", PreprocessFile = "ResNetPreprocess.onnx";

    private readonly OnnxGraph _preprocess, _network;
    private readonly OnnxSession _preprocessing, _seeing;

    /// <param name="options">Of the sessions.</param>
    /// <exception cref="BundleException">The graphs are not beside the program, or ONNX Runtime refuses them.</exception>
    public ResNet18Features(OnnxOptions options)
    {
        var target = new DeviceTarget(new DeviceOptions { Provider = "cpu" }, options);
        (_preprocess, _network) = (Read(PreprocessFile), Read(NetworkFile));
        _preprocessing = new OnnxSession(_preprocess.File, target, new SessionNeeds(false));
        _seeing = new OnnxSession(_network.File, target, new SessionNeeds(false));
    }

    public string Name => "ResNet-18 of ImageNet";

    public int Length => 512;

    public ImagePreprocessing Preprocessing { get; } = new(Side);

    public float[] Read(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        // The first graph swaps red and blue and takes the mean image off, on a scale from 0 to 255.
        float[] pixels = Array.ConvertAll(image.Values, value => (value + 1) * (byte.MaxValue / 2f));
        return Run(_seeing, _network, Run(_preprocessing, _preprocess, pixels));
    }

    public void Dispose()
    {
        _preprocessing.Dispose();
        _seeing.Dispose();
    }

    private static OnnxGraph Read(string file) => OnnxGraphReader.Read(Path.Combine(AppContext.BaseDirectory, Folder, file));

    private static float[] Run(OnnxSession session, OnnxGraph graph, float[] pixels)
    {
        using SingleRun run = new SingleRun().Add(graph.Inputs[0], pixels, 1, 3, Side, Side);
        return run.Run(session, graph.Outputs[0])[0].Values;
    }
}
