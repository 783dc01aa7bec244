using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>The method as the paper's formula has it, one label and trial after the other in double: what the engine must agree with.</summary>
internal static class SerialClassifier
{
    /// <returns>The mean error of every label, in the order of the request.</returns>
    public static double[] MeanErrors(ModelManifest manifest, ClassificationRequest request)
    {
        NoiseSchedule schedule = NoiseSchedule.Create(manifest.Schedule);
        int trials = request.Trials ?? manifest.DefaultTrials;
        float[] image = FakeImagePreprocessor.Pixels(request.Image.Span[0], manifest.Preprocessing.Size);
        var noise = new float[image.Length];
        string[] labels = [.. request.Labels?.Select(label => label.Label) ?? manifest.Classes];
        var sums = new double[labels.Length];
        for (int s = 0; s < trials; s++)
        {
            int t = (int)Math.Floor(manifest.TimestepFrom + (manifest.TimestepTo - manifest.TimestepFrom) * (s + 0.5m) / trials);
            double signal = Math.Sqrt(schedule.AlphasCumprod[t]), rate = Math.Sqrt(1 - schedule.AlphasCumprod[t]);
            new GaussianNoise(request.Seed).Fill(s, noise);
            for (int label = 0; label < labels.Length; label++)
            {
                int classId = manifest.Classes.Index().First(pair => string.Equals(pair.Item, labels[label], StringComparison.OrdinalIgnoreCase)).Index;
                double sum = 0;
                for (int i = 0; i < image.Length; i++)
                {
                    double noised = signal * image[i] + rate * noise[i];
                    double output = FakeDiffusionModel.Predict((float)noised, classId, t, i);
                    sum += Loss(request.Loss ?? manifest.DefaultLoss, noise[i] - ToEpsilon(manifest.Prediction, output, noised, signal, rate));
                }

                sums[label] += sum / image.Length;
            }
        }

        return [.. sums.Select(sum => sum / trials)];
    }

    private static double ToEpsilon(PredictionType type, double output, double noised, double signal, double rate) => type switch
    {
        PredictionType.Epsilon => output,
        PredictionType.VPrediction => signal * output + rate * noised,
        _ => (noised - signal * output) / rate,
    };

    private static double Loss(PredictionLoss loss, double difference) => loss switch
    {
        PredictionLoss.L2 => difference * difference,
        PredictionLoss.L1 => Math.Abs(difference),
        _ => Math.Abs(difference) <= 1 ? difference * difference / 2 : Math.Abs(difference) - 0.5,
    };
}
