using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>A bundle of the golden data with the numbers that it must reproduce: its own, or those of a bundle whose weights it shares.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Bundle">What the loader made of it.</param>
/// <param name="Family">The numbers.</param>
internal sealed record GoldenBundle(string Name, Bundle Bundle, GoldenFamily Family)
{
    private const double SharedWeights = 0.05; // of the embeddings' rms: half precision is a tenth of this away, other weights twenty times

    private static readonly OnnxOptions Options = new() { MaxBatch = 8 };
    private static readonly Lazy<IReadOnlyList<GoldenBundle>> Found = new(Find);

    public static IReadOnlyList<GoldenBundle> All
    {
        get
        {
            GoldenData.Require("bundles");
            return Found.Value;
        }
    }

    /// <summary>Those that the reference itself ran.</summary>
    public static IEnumerable<GoldenBundle> Originals => All.Where(golden => golden.IsOriginal);

    public bool IsOriginal => Bundle.Folder == Family.Bundle.Folder;

    public bool IsHalf => Bundle.Manifest.DataType == "float16";

    public OnnxDiffusionModel Open(DeviceOptions? device = null) => new(Bundle, Options, device);

    /// <summary>The text embeddings of the family's prompts, as this bundle makes them.</summary>
    public static float[] Embed(OnnxDiffusionModel model, IReadOnlyList<string> prompts) =>
        [.. model.EncodePrompts(prompts).SelectMany(conditioning => ((TextConditioning)conditioning).HiddenStates)];

    private static List<GoldenBundle> Find()
    {
        List<GoldenBundle> bundles = [];
        foreach (string folder in Directory.EnumerateDirectories(GoldenData.Require("bundles")).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, BundleLoader.IndexFile)))
                continue;
            Bundle bundle = BundleLoader.Load(folder);
            GoldenFamily? family = GoldenFamily.Required.FirstOrDefault(family => family.Bundle.Folder == bundle.Folder) ?? FamilyOf(bundle);
            if (family is not null)
                bundles.Add(new GoldenBundle(Path.GetFileName(folder), bundle, family));
        }

        return bundles;
    }

    // Nothing in the files says whose weights a bundle has: the embeddings tell.
    private static GoldenFamily? FamilyOf(Bundle bundle)
    {
        if (bundle.Model.Text is null)
            return null;
        using var model = new OnnxDiffusionModel(bundle, Options);
        return GoldenFamily.OfText.FirstOrDefault(family =>
        {
            float[] expected = GoldenData.Array<float>(family.Tensor("text_embeds")!.Value), actual = Embed(model, family.Prompts);
            return expected.Length == actual.Length
                && Math.Sqrt(expected.Zip(actual).Sum(pair => Square(pair.First - pair.Second))) < SharedWeights * Math.Sqrt(expected.Sum(value => Square(value)));
        });
    }

    private static double Square(double value) => value * value;
}
