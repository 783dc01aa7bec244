using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Families;

/// <summary>
/// A kind of models: how a bundle of it is recognized, how its denoiser is told the label, and which encoders go before that. Everything
/// else about a model is read from its files. Stateless.
/// </summary>
internal abstract class ModelFamily
{
    private const string SecondTextEncoder = "text_encoder_2";

    /// <summary>The first that recognizes a bundle has it.</summary>
    private static readonly ModelFamily[] All = [new StableDiffusion(), new ClassConditional()];

    /// <summary>What inputs of denoisers that no family here has mean, as the end of a sentence.</summary>
    private static readonly Dictionary<string, string> Foreign = new()
    {
        ["text_embeds"] = " It belongs to SDXL: use an export of Stable Diffusion 1.x or 2.x.",
        ["time_ids"] = " It belongs to SDXL: use an export of Stable Diffusion 1.x or 2.x.",
        ["pooled_projections"] = " It belongs to Stable Diffusion 3 or FLUX: use an export of Stable Diffusion 1.x or 2.x.",
        ["timestep_cond"] = " It belongs to a distilled model (LCM): use the model that it was distilled from.",
    };

    /// <summary>What its labels are.</summary>
    public abstract ConditioningKind Conditioning { get; }

    /// <summary>The name of the denoiser's input that is told about the label.</summary>
    protected abstract string ConditionName { get; }

    /// <summary>What to do where a bundle that was taken for another family's has that input, as the end of a sentence.</summary>
    protected abstract string Advice { get; }

    /// <summary>The family of the bundle in a folder.</summary>
    /// <exception cref="BundleException">It is of a kind that this program does not have.</exception>
    public static ModelFamily Of(string root)
    {
        if (Has(root, SecondTextEncoder))
        {
            throw new BundleException(Path.Combine(root, SecondTextEncoder),
                "models with two text encoders (SDXL, Stable Diffusion 3) are not supported: "
                    + "use an export of Stable Diffusion 1.x or 2.x.");
        }

        return All.First(family => family.Recognises(root));
    }

    /// <summary>What to say about a denoiser's input that its family does not have, after a blank; null: nothing.</summary>
    public static string? AdviceOn(string input) =>
        Array.Find(All, family => family.ConditionName == input)?.Advice ?? Foreign.GetValueOrDefault(input);

    /// <summary>The input of a denoiser that is told about the label.</summary>
    /// <exception cref="BundleException">There is none, or not of its type and rank.</exception>
    public abstract GraphTensor ReadCondition(OnnxGraph denoiser);

    /// <summary>What turns prompts into what the denoiser is told; null if labels are not text.</summary>
    /// <param name="root">The bundle's folder.</param>
    /// <param name="denoiser">Which is told.</param>
    /// <param name="warnings">Gets what is odd.</param>
    /// <exception cref="BundleException">
    /// The graph is not one that this program can feed, or does not fit tokenizer or denoiser.
    /// </exception>
    public virtual TextEncoderContract? ReadText(string root, DenoiserContract denoiser, List<string> warnings) => null;

    /// <summary>How images were cropped in training, where the bundle does not say.</summary>
    /// <param name="isTransformer">Whether the denoiser is not a U-Net.</param>
    /// <param name="isLatent">Whether the denoiser sees latents, not pixels.</param>
    public virtual ImageCrop Crop(bool isTransformer, bool isLatent) => ImageCrop.Sd;

    /// <summary>Whether a folder holds such a bundle, going by its parts.</summary>
    protected abstract bool Recognises(string root);

    /// <summary>Whether a bundle has a part, as a folder of that name.</summary>
    protected static bool Has(string root, string part) => Directory.Exists(Path.Combine(root, part));
}
