using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Core.Tests.Diffusion;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>The method as the paper's formula has it, one label and trial after the other in double: what the engine must agree with.</summary>
internal static class SerialClassifier
{
    /// <returns>The mean error of every label of a class-conditional model, in the order of the request.</returns>
    public static double[] MeanErrors(ModelManifest manifest, ClassificationRequest request, INoiseSource? noise = null)
    {
        IEnumerable<string> labels = request.Labels?.Select(label => label.Label) ?? manifest.Classes;
        return [.. labels.Select(label => Errors(manifest, request, ClassId(manifest, label), Grid(manifest, request), noise).Average())];
    }

    /// <summary>The even grid of trials, in the order of their numbers.</summary>
    public static Trial[] Grid(ModelManifest manifest, ClassificationRequest request)
    {
        int trials = request.Trials ?? manifest.DefaultTrials;
        return
        [
            .. Enumerable.Range(0, trials).Select(s => new Trial(
                s % (request.NoiseDraws ?? trials),
                (int)Math.Floor(manifest.TimestepFrom + (manifest.TimestepTo - manifest.TimestepFrom) * (s + 0.5m) / trials))),
        ];
    }

    /// <returns>The error of one class or prompt on every trial.</returns>
    public static double[] Errors(ModelManifest manifest, ClassificationRequest request, long condition, IEnumerable<Trial> trials, INoiseSource? noise = null)
    {
        NoiseSchedule schedule = manifest.Process.Schedule!;
        float[] image = FakeImagePreprocessor.Pixels(request.Image.Span[0], manifest.Preprocessing.Size);
        return [.. trials.Select(trial => Error(manifest, request, schedule, image, condition, trial, noise ?? new GaussianNoise(request.Seed)))];
    }

    /// <returns>The squared error of one row at each place of the image, mean over the channels; for models that predict epsilon.</returns>
    public static double[] Map(ModelManifest manifest, ClassificationRequest request, long condition, Trial trial)
    {
        float[] image = FakeImagePreprocessor.Pixels(request.Image.Span[0], manifest.Preprocessing.Size);
        double alpha = manifest.Process.Schedule!.AlphasCumprod[trial.Timestep];
        var noise = new float[image.Length];
        new GaussianNoise(request.Seed).Fill(trial.NoiseIndex, noise);
        int area = manifest.Latent.Height * manifest.Latent.Width;
        var map = new double[area];
        for (int i = 0; i < image.Length; i++)
        {
            double noised = Math.Sqrt(alpha) * image[i] + Math.Sqrt(1 - alpha) * noise[i];
            map[i % area] += Math.Pow(noise[i] - FakeDiffusionModel.Predict((float)noised, condition, trial.Timestep, i), 2) / manifest.Latent.Channels;
        }

        return map;
    }

    public static long ClassId(ModelManifest manifest, string label) =>
        manifest.Classes.Index().First(pair => string.Equals(pair.Item, label, StringComparison.OrdinalIgnoreCase)).Index;

    private static double Error(ModelManifest manifest, ClassificationRequest request, NoiseSchedule schedule, float[] image, long condition, Trial trial, INoiseSource source)
    {
        PredictionLoss loss = request.Loss ?? manifest.DefaultLoss;
        int t = trial.Timestep;
        double signal = Math.Sqrt(schedule.AlphasCumprod[t]), rate = Math.Sqrt(1 - schedule.AlphasCumprod[t]);
        var noise = new float[image.Length];
        source.Fill(trial.NoiseIndex, noise);
        double sum = 0;
        for (int i = 0; i < image.Length; i++)
        {
            double noised = signal * image[i] + rate * noise[i];
            double epsilon = ToEpsilon(manifest.Process.Prediction, FakeDiffusionModel.Predict((float)noised, condition, t, i), noised, signal, rate);
            if (loss is PredictionLoss.Vlb or PredictionLoss.L2Vlb)
                sum += NaiveBound.KullbackLeibler(schedule.AlphasCumprod, t, image[i], noised, epsilon, FakeDiffusionModel.PredictVariance(condition, t, i));
            if (loss is not PredictionLoss.Vlb)
                sum += Loss(loss, noise[i] - epsilon);
        }

        return sum / image.Length;
    }

    private static double ToEpsilon(PredictionType type, double output, double noised, double signal, double rate) => type switch
    {
        PredictionType.Epsilon => output,
        PredictionType.VPrediction => signal * output + rate * noised,
        _ => (noised - signal * output) / rate,
    };

    private static double Loss(PredictionLoss loss, double difference) => loss switch
    {
        PredictionLoss.L1 => Math.Abs(difference),
        PredictionLoss.Huber => Math.Abs(difference) <= 1 ? difference * difference / 2 : Math.Abs(difference) - 0.5,
        _ => difference * difference,
    };
}
