using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Cli.Inspect;

/// <summary>A few rows through a model: whether its numbers are sane.</summary>
/// <param name="Timestep">The middle of the model's range.</param>
/// <param name="Prompt">The prompt for the model.</param>
/// <param name="Error">Mean squared error of the predicted noise: 0 is perfect.</param>
/// <param name="Guessing">
/// The error of an output of zeros: about 1 if the output is the noise, other numbers for v-prediction and samples.
/// </param>
/// <param name="NoiseLevel">Root mean square of the predicted noise; that of the true noise is 1.</param>
internal sealed record RowCheck(int Timestep, string Prompt, double Error, double Guessing, double NoiseLevel)
{
    private const int Seed = 1;
    private const int Spread = 8; // more rows, over the whole range of timesteps: half precision overflows only at some of them

    /// <summary>How many rows were run.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>How many of them were not finite.</summary>
    public int NotFinite { get; init; }

    /// <summary>Whether the model computes in float16.</summary>
    public bool IsHalf { get; init; }

    /// <summary>Whether all rows are finite.</summary>
    public bool IsFinite => double.IsFinite(Error) && NotFinite == 0;

    /// <summary>What is wrong or doubtful, as a sentence; null if the numbers are like those of a trained model.</summary>
    public string? Doubt => Error switch
    {
        _ when !IsFinite => $"{Counted} not finite: {NotFiniteException.Advice(IsHalf)}",
        _ when Error >= Guessing =>
            "The prediction is no better than an output of zeros: the model is untrained, or weights, schedule, "
                + "prediction type and scaling do not match.",
        _ => null,
    };

    private string Counted => $"{NotFinite} of {Rows} {(NotFinite == 1 ? "rows is" : "rows are")}";

    public static RowCheck Run(IDiffusionModel model)
    {
        ModelManifest manifest = model.Manifest;
        ForwardProcess process = manifest.Process;
        int timestep = (manifest.TimestepFrom + manifest.TimestepTo) / 2;
        string prompt = manifest.Classes is [string first, ..]
            ? first
            : manifest.Template.Replace("{label}", "cat", StringComparison.Ordinal);
        using DenoisingBatch batch = model.CreateBatch();
        batch.Bucket = model.Buckets[0];
        Array.Fill(batch.Conditionings, model.EncodePrompts([prompt])[0]);
        Latent latent = model.EncodeImage(PixelImage.Gradient(manifest.Preprocessing.Size));
        int notFinite = 0;
        for (int row = 0; row < Spread; row++)
        {
            Predict(model, process, batch, latent, manifest.TimestepFrom + (manifest.TimestepTo - manifest.TimestepFrom) * row / Spread);
            notFinite += Finite.All<float>(batch.AllPredicted(0)) ? 0 : 1;
        }

        Predict(model, process, batch, latent, timestep);
        Span<float> predicted = batch.Predicted(0);
        notFinite += Finite.All<float>(batch.AllPredicted(0)) ? 0 : 1;
        process.ToEpsilon(timestep, predicted, batch.Noised(0), latent.Values);
        double error = PredictionError.Compute(PredictionLoss.L2, batch.Noise(0), predicted);
        var nothing = new float[predicted.Length];
        process.ToEpsilon(timestep, nothing, batch.Noised(0), latent.Values);
        double guessing = PredictionError.Compute(PredictionLoss.L2, batch.Noise(0), nothing);
        double level = Math.Sqrt(PredictionError.Compute(PredictionLoss.L2, new float[predicted.Length], predicted));
        return new RowCheck(timestep, prompt, error, guessing, level)
        {
            Rows = Spread + 1,
            NotFinite = notFinite,
            IsHalf = manifest.IsHalf,
        };
    }

    private static void Predict(IDiffusionModel model, ForwardProcess process, DenoisingBatch batch, Latent latent, int timestep)
    {
        Array.Fill(batch.Timesteps, timestep);
        new GaussianNoise(Seed).Fill(0, batch.Noise(0));
        for (int row = 0; row < batch.Bucket; row++)
            process.AddNoise(latent.Values, batch.Noise(0), timestep, batch.Noised(row));
        model.PredictNoise(batch);
    }
}
