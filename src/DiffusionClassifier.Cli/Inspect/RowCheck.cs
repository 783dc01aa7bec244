using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Cli.Inspect;

/// <summary>One row through a model: whether its numbers are sane.</summary>
/// <param name="Timestep">The middle of the model's range.</param>
/// <param name="Prompt">What the model was told.</param>
/// <param name="Error">Mean squared error of the predicted noise: 0 is perfect.</param>
/// <param name="Guessing">
/// The error of an output of zeros: about 1 where the output is the noise, other numbers for v-prediction and samples.
/// </param>
/// <param name="NoiseLevel">Root mean square of the predicted noise; that of the true noise is 1.</param>
internal sealed record RowCheck(int Timestep, string Prompt, double Error, double Guessing, double NoiseLevel)
{
    private const int Seed = 1;
    private const int Spread = 8; // rows more, over the whole range of timesteps: half precision overflows at some of them only

    /// <summary>How many rows were run.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>How many of them were not finite.</summary>
    public int NotFinite { get; init; }

    /// <summary>Whether the model computes in float16.</summary>
    public bool IsHalf { get; init; }

    /// <summary>Whether the model computes at all.</summary>
    public bool IsFinite => double.IsFinite(Error) && NotFinite == 0;

    /// <summary>What is wrong or doubtful, as a sentence; null where the numbers are as a trained model's.</summary>
    public string? Doubt => Error switch
    {
        _ when !IsFinite => $"{Counted} not finite: {NotFiniteException.Advice(IsHalf)}",
        _ when Error >= Guessing =>
            "The prediction is no better than none at all: the model is untrained, or weights, schedule, "
                + "prediction type and scaling do not belong together.",
        _ => null,
    };

    private string Counted => $"{NotFinite} of {Rows} {(NotFinite == 1 ? "rows is" : "rows are")}";

    public static RowCheck Run(IDiffusionModel model)
    {
        ModelManifest manifest = model.Manifest;
        var schedule = NoiseSchedule.Create(manifest.Schedule);
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
            Predict(model, schedule, batch, latent, manifest.TimestepFrom + (manifest.TimestepTo - manifest.TimestepFrom) * row / Spread);
            notFinite += Finite.All<float>(batch.Predicted(0)) ? 0 : 1;
        }

        Predict(model, schedule, batch, latent, timestep);
        Span<float> predicted = batch.Predicted(0);
        notFinite += Finite.All<float>(predicted) ? 0 : 1;
        Prediction.ToEpsilon(manifest.Prediction, predicted, batch.Noised(0), schedule.SignalRate(timestep), schedule.NoiseRate(timestep));
        double error = PredictionError.Compute(PredictionLoss.L2, batch.Noise(0), predicted);
        var nothing = new float[predicted.Length];
        Prediction.ToEpsilon(manifest.Prediction, nothing, batch.Noised(0), schedule.SignalRate(timestep), schedule.NoiseRate(timestep));
        double guessing = PredictionError.Compute(PredictionLoss.L2, batch.Noise(0), nothing);
        double level = Math.Sqrt(PredictionError.Compute(PredictionLoss.L2, new float[predicted.Length], predicted));
        return new RowCheck(timestep, prompt, error, guessing, level)
        {
            Rows = Spread + 1,
            NotFinite = notFinite,
            IsHalf = manifest.IsHalf,
        };
    }

    private static void Predict(IDiffusionModel model, NoiseSchedule schedule, DenoisingBatch batch, Latent latent, int timestep)
    {
        Array.Fill(batch.Timesteps, timestep);
        new GaussianNoise(Seed).Fill(0, batch.Noise(0));
        for (int row = 0; row < batch.Bucket; row++)
            schedule.AddNoise(latent.Values, batch.Noise(0), timestep, batch.Noised(row));
        model.PredictNoise(batch);
    }
}
