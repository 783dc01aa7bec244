using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>Says what was understood of a bundle, without loading weights.</summary>
public static class BundleInspector
{
    /// <exception cref="BundleException">The bundle cannot work; the message names the file and the reason.</exception>
    public static ModelReport Inspect(string folder)
    {
        Bundle bundle = BundleLoader.Load(folder);
        ModelManifest manifest = bundle.Manifest;
        return new ModelReport(
            manifest.Describe(isDefault: false),
            bundle.Folder,
            manifest.Process.Description,
            manifest.Process.Prediction,
            manifest.LearnedVariance,
            $"{bundle.Model.Denoiser.Timestep}{(manifest.ScalarTimestep ? ": one timestep per batch" : "")}",
            manifest.LatentScale,
            manifest.LatentShift,
            manifest.Conditioning == ConditioningKind.Text ? manifest.Template : null,
            manifest.NullClass,
            [.. bundle.Model.Graphs.Select(Part)],
            bundle.Model.Parameters,
            manifest.WeightBytes,
            bundle.VerifiedFiles)
        {
            AllClassesAtOnce = manifest.AllClassesAtOnce,
            Advice = [.. bundle.Model.Denoiser.Graphs.SelectMany(AdviceOn)],
        };
    }

    private static IEnumerable<string> AdviceOn(OnnxGraph graph) =>
        GraphAdvice.Of(GraphNodeReader.Read(graph.File), isHalf: graph.Outputs.Any(output => output.Element == TensorElement.Half))
            .Select(advice => $"{NameOf(graph.File)}: {advice}");

    private static ModelPart Part(OnnxGraph graph) => new(
        NameOf(graph.File),
        [.. graph.Inputs.Select(input => input.ToString())],
        [.. graph.Outputs.Select(output => output.ToString())],
        graph.Parameters);

    // The folder says which part it is, and of two graphs in a folder the file.
    private static string NameOf(string file)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(file)!);
        return Path.GetFileName(file) == OnnxGraph.FileName ? folder : $"{folder}/{Path.GetFileName(file)}";
    }
}
