using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Families;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;

namespace DiffusionClassifier.Onnx.Encoders;

/// <summary>Pixels to latents: z = (mean − shift)·scale (eval_prob_adaptive.py:237-240). Used by one thread at a time.</summary>
internal sealed class VaeEncoder(VaeContract contract, LatentShape shape, DeviceTarget target) : IDisposable
{
    private readonly OnnxSession _session = new(contract.Graph.File, target, new SessionNeeds(contract.Graph.IsHalf));

    /// <summary>The latent of one image.</summary>
    /// <exception cref="InvalidDataException">The graph's answer has another shape than the denoiser's latents.</exception>
    public Latent Encode(PixelImage image)
    {
        // An export that is fixed to a larger batch gets the same image in every place.
        float[] pixels =
            contract.Batch == 1 ? image.Values : [.. Enumerable.Repeat(image.Values, contract.Batch).SelectMany(values => values)];
        (float[] values, long[] sizes) = SingleRun.Run(_session, contract.Sample, pixels,
            [contract.Batch, pixels.Length / contract.Batch / (image.Size * image.Size), image.Size, image.Size], contract.Output);
        long channels = contract.HasVariances ? 2 * shape.Channels : shape.Channels;
        if (sizes is not [_, var c, var height, var width] || c != channels || height != shape.Height || width != shape.Width)
        {
            throw new InvalidDataException($"{contract.Graph.File}: '{contract.Output.Name}' has the shape [{string.Join(", ", sizes)}]; "
                + $"the denoiser needs [batch, {channels}, {shape.Height}, {shape.Width}].");
        }

        return new Latent(Array.ConvertAll(values[..shape.Length], mean => (float)((mean - contract.Shift) * contract.Scale)), shape);
    }

    public void Dispose() => _session.Dispose();
}
