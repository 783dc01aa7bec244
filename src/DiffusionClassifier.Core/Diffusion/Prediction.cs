using System.Numerics.Tensors;

namespace DiffusionClassifier.Core.Diffusion;

/// <summary>Turns what a denoiser predicts into the noise ε̂ that the method compares.</summary>
public static class Prediction
{
    /// <summary>Rewrites <paramref name="output"/> in place from the model's own parameterization to ε̂.</summary>
    /// <param name="type">What <paramref name="output"/> holds.</param>
    /// <param name="output">One row of the denoiser's output, C·H·W values.</param>
    /// <param name="noised">x_t of the same row.</param>
    /// <param name="signalRate">√ᾱ_t.</param>
    /// <param name="noiseRate">√(1−ᾱ_t); above zero for <see cref="PredictionType.Sample"/>.</param>
    public static void ToEpsilon(PredictionType type, Span<float> output, ReadOnlySpan<float> noised, double signalRate, double noiseRate)
    {
        switch (type)
        {
            case PredictionType.Epsilon:
                return;
            case PredictionType.VPrediction: // ε̂ = √ᾱ·v̂ + √(1−ᾱ)·x_t
                TensorPrimitives.Multiply(output, (float)signalRate, output);
                TensorPrimitives.MultiplyAdd(noised, (float)noiseRate, output, output);
                return;
            case PredictionType.Sample: // ε̂ = (x_t − √ᾱ·x̂₀) / √(1−ᾱ)
                TensorPrimitives.Multiply(output, (float)-signalRate, output);
                TensorPrimitives.Add(output, noised, output);
                TensorPrimitives.Divide(output, (float)noiseRate, output);
                return;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }
}
