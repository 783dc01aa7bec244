using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>Says what was understood of a bundle, without loading weights.</summary>
public static class BundleInspector
{
    /// <exception cref="BundleException">The bundle cannot work; the message names the file and the reason.</exception>
    public static ModelReport Inspect(string folder)
    {
        Bundle bundle = BundleLoader.Load(folder);
        ModelManifest manifest = bundle.Manifest;
        OnnxGraph[] graphs = [.. ((OnnxGraph?[])[bundle.Text?.Graph, bundle.Vae?.Graph, bundle.Denoiser.Graph]).OfType<OnnxGraph>()];
        return new ModelReport(
            ModelDescription.From(manifest, isDefault: false),
            bundle.Folder,
            manifest.Schedule,
            manifest.Prediction,
            manifest.LearnedVariance,
            $"{bundle.Denoiser.Timestep}{(manifest.ScalarTimestep ? ": one timestep a batch" : "")}",
            manifest.LatentScale,
            manifest.LatentShift,
            manifest.Conditioning == ConditioningKind.Text ? manifest.Template : null,
            manifest.NullClass,
            [.. graphs.Select(Part)],
            bundle.Parameters,
            graphs.Sum(WeightBytes));
    }

    private static ModelPart Part(OnnxGraph graph) => new(
        Path.GetFileName(Path.GetDirectoryName(graph.File)!),
        [.. graph.Inputs.Select(input => input.ToString())],
        [.. graph.Outputs.Select(output => output.ToString())],
        graph.Parameters);

    private static long WeightBytes(OnnxGraph graph) =>
        Length(graph.File) + graph.ExternalFiles.Keys.Sum(name => Length(Path.Combine(Path.GetDirectoryName(graph.File)!, name)));

    private static long Length(string path)
    {
        using FileStream stream = File.OpenRead(path); // follows symbolic links; FileInfo.Length does not
        return stream.Length;
    }
}
