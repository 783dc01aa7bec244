using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// How a bundle's model was trained to see noise: scheduler_config.json, and classifier.json's range of timesteps. Immutable.
/// </summary>
/// <param name="Schedule">The noise of each timestep.</param>
/// <param name="Prediction">What the denoiser's output means.</param>
/// <param name="From">The first timestep that trials may use.</param>
/// <param name="To">The end of the timesteps that trials may use, exclusive.</param>
/// <param name="LastLeftOut">Whether timestep <paramref name="To"/> was left out because it says nothing about the labels.</param>
internal sealed record DiffusionProcess(NoiseScheduleConfig Schedule, PredictionType Prediction, int From, int To, bool LastLeftOut)
{
    /// <exception cref="BundleException">No schedule can be made of the files, or no timestep is left.</exception>
    public static DiffusionProcess Read(string root, JsonFile index, JsonFile denoiser, ClassifierFile classifier, List<string> warnings)
    {
        (NoiseScheduleConfig schedule, PredictionType prediction) =
            SchedulerConfig.Read(Path.Combine(root, "scheduler", "scheduler_config.json"), index);
        CheckEmbeddings(denoiser, schedule.TrainTimesteps);
        (int from, int to) = classifier.TimestepRange(schedule.TrainTimesteps);
        // With ᾱ = 0 and v or x₀ predicted, ε̂ is x_t whatever the model says: the error is 0 for every label.
        bool uninformative = prediction != PredictionType.Epsilon && NoiseSchedule.Create(schedule).AlphasCumprod[to - 1] == 0;
        if (!uninformative)
            return new DiffusionProcess(schedule, prediction, from, to, LastLeftOut: false);
        if (to - from < 2)
        {
            throw classifier.Complain("timestepRange",
                $"holds timestep {from} alone, where there is no signal and every label has the same error.");
        }

        warnings.Add($"Timestep {to - 1} is left out: its signal is zero (zero terminal SNR), and every label has the same error there.");
        return new DiffusionProcess(schedule, prediction, from, to - 1, LastLeftOut: true);
    }

    // unet_2d.py has a table with a row for each timestep where it says "learned". All others are computed of any number, and mean nothing
    // to a model that has seen fewer.
    private static void CheckEmbeddings(JsonFile denoiser, int timesteps)
    {
        if (denoiser.Integer("num_train_timesteps") is { } known && known < timesteps)
        {
            throw denoiser.Complain("num_train_timesteps", $"is {known}: the model has learnt as many timesteps, and "
                + $"scheduler_config.json says that there are {timesteps}. Take both files from the same model.");
        }
    }
}
