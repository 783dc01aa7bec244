using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;

namespace DiffusionClassifier.Onnx.Encoders;

/// <summary>Pixels to latents: z = (mean − shift)·scale (eval_prob_adaptive.py:237-240). Used by one thread at a time.</summary>
/// <param name="contract">The encoder.</param>
/// <param name="manifest">The model whose latents it makes.</param>
/// <param name="target">The device.</param>
internal sealed class VaeEncoder(VaeContract contract, ModelManifest manifest, DeviceTarget target) : IDisposable
{
    // force_upcast in diffusers' configuration of the VAE says the same of such models.
    private const string Overflow = "vae_encoder overflows in float16, as that of SDXL does: export it in float32, or put one there that "
        + "was made for float16 (madebyollin/sdxl-vae-fp16-fix).";

    private readonly OnnxSession _session = new(contract.Graph.File, target, new SessionNeeds(contract.Graph.IsHalf));

    /// <summary>The latent of one image.</summary>
    /// <exception cref="InvalidDataException">The graph's answer has another shape than the denoiser's latents.</exception>
    /// <exception cref="NotFiniteException">Some of the latent is no number.</exception>
    public Latent Encode(PixelImage image)
    {
        // An export that is fixed to a larger batch gets the same image in every place.
        float[] pixels =
            contract.Batch == 1 ? image.Values : [.. Enumerable.Repeat(image.Values, contract.Batch).SelectMany(values => values)];
        int channelsOfImage = pixels.Length / contract.Batch / (image.Size * image.Size);
        using SingleRun run = new SingleRun().Add(contract.Sample, pixels, contract.Batch, channelsOfImage, image.Size, image.Size);
        (float[] values, long[] sizes) = run.Run(_session, contract.Output)[0];
        LatentShape shape = manifest.Latent;
        long channels = contract.HasVariances ? 2 * shape.Channels : shape.Channels;
        if (sizes is not [_, var c, var height, var width] || c != channels || height != shape.Height || width != shape.Width)
        {
            throw new InvalidDataException($"{contract.Graph.File}: '{contract.Output.Name}' has the shape [{string.Join(", ", sizes)}]; "
                + $"the denoiser needs [batch, {channels}, {shape.Height}, {shape.Width}].");
        }

        if (!Finite.All<float>(values.AsSpan(0, shape.Length)))
            throw new NotFiniteException(manifest.Id, "the encoded image", contract.Graph.IsHalf, contract.Graph.IsHalf ? Overflow : null);
        return new Latent(Array.ConvertAll(values[..shape.Length], mean => (float)((mean - contract.Shift) * contract.Scale)), shape);
    }

    public void Dispose() => _session.Dispose();
}
