using System.Numerics.Tensors;

namespace DiffusionClassifier.Core.Diffusion;

/// <summary>One row's error: the mean over all C·H·W elements of the loss between true and predicted noise.</summary>
public static class PredictionError
{
    // Floats of a stack buffer (2 KiB): long enough to vectorize, short enough that float sums stay exact to 1e-6.
    private const int Block = 512;

    /// <returns>The mean loss per element, summed in double over blocks; NaN or infinite if the prediction is.</returns>
    /// <exception cref="ArgumentException">The spans differ in length or are empty.</exception>
    public static double Compute(PredictionLoss loss, ReadOnlySpan<float> noise, ReadOnlySpan<float> predicted)
    {
        if (noise.Length != predicted.Length || noise.IsEmpty)
            throw new ArgumentException("Noise and prediction must have the same length, above zero.", nameof(predicted));

        Span<float> buffer = stackalloc float[Block];
        double sum = 0;
        for (int start = 0; start < noise.Length; start += Block)
        {
            int length = Math.Min(Block, noise.Length - start);
            Span<float> difference = buffer[..length];
            TensorPrimitives.Subtract(noise.Slice(start, length), predicted.Slice(start, length), difference);
            sum += loss switch
            {
                PredictionLoss.L2 => TensorPrimitives.SumOfSquares<float>(difference),
                PredictionLoss.L1 => TensorPrimitives.SumOfMagnitudes<float>(difference),
                PredictionLoss.Huber => SumOfHuber(difference),
                _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, null),
            };
        }

        return sum / noise.Length;
    }

    // torch.nn.functional.huber_loss, delta = 1: ½d² inside [−1, 1], |d| − ½ outside.
    private static double SumOfHuber(ReadOnlySpan<float> difference)
    {
        double sum = 0;
        foreach (float d in difference)
        {
            double magnitude = Math.Abs(d);
            sum += magnitude <= 1 ? 0.5 * magnitude * magnitude : magnitude - 0.5;
        }

        return sum;
    }
}
