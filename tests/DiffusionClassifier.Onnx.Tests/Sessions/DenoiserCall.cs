using System.Text.Json;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Tests.Golden;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Sessions;

/// <summary>Golden inputs and output of a denoiser, run through a model's batches in chunks of its largest bucket.</summary>
internal sealed class DenoiserCall
{
    private readonly float[] _samples;
    private readonly long[] _timesteps;
    private readonly Conditioning[] _conditionings;

    public DenoiserCall(JsonElement call, Bundle bundle)
    {
        _samples = GoldenData.Array<float>(call.GetProperty("sample"));
        _timesteps = GoldenFamily.Whole(call.GetProperty("timestep"));
        Expected = GoldenData.Array<float>(call.GetProperty("out_sample"));
        _conditionings = bundle.Model.Text is { } text
            ? [.. GoldenData.Array<float>(call.GetProperty("encoder_hidden_states")).Chunk(text.Tokens * text.Width).Select(states => new TextConditioning(states, text.Tokens, text.Width))]
            : [.. GoldenFamily.Whole(call.GetProperty("class_labels")).Select(id => new ClassConditioning(id))];
    }

    public float[] Expected { get; }

    /// <summary>Whether the rows have the bundle's own latent size and prompt length.</summary>
    public static bool Fits(JsonElement call, Bundle bundle)
    {
        LatentShape latent = bundle.Manifest.Latent;
        return GoldenFamily.ShapeOf(call.GetProperty("sample")) is [_, var channels, var height, var width] && latent == new LatentShape(channels, height, width)
            && (!call.TryGetProperty("encoder_hidden_states", out JsonElement states) || GoldenFamily.ShapeOf(states)[1] == bundle.Model.Text?.Tokens);
    }

    public float[] Predict(OnnxDiffusionModel model)
    {
        using DenoisingBatch batch = model.CreateBatch();
        int step = model.Manifest.ScalarTimestep ? 1 : batch.Capacity;
        List<float> predicted = [];
        for (int begin = 0; begin < _timesteps.Length; begin += step)
        {
            int count = Math.Min(step, _timesteps.Length - begin);
            batch.Bucket = model.Buckets.First(bucket => bucket >= count);
            for (int row = 0; row < batch.Bucket; row++)
                SetRow(batch, row, begin + Math.Min(row, count - 1));
            model.PredictNoise(batch);
            for (int row = 0; row < count; row++)
                predicted.AddRange([.. batch.Predicted(row), .. batch.PredictedVariance(row)]);
        }

        return [.. predicted];
    }

    private void SetRow(DenoisingBatch batch, int row, int source)
    {
        _samples.AsSpan(source * batch.Shape.Length, batch.Shape.Length).CopyTo(batch.Noised(row));
        (batch.Slots[row], batch.Timesteps[row]) = (row, _timesteps[source]);
        batch.Conditionings[row] = _conditionings[source];
    }
}
