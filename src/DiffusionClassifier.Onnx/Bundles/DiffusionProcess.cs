using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// How a bundle's model was trained to see noise: scheduler_config.json, and classifier.json's range of timesteps. Immutable.
/// </summary>
/// <param name="Process">How images become noise, and what the denoiser's output says of it.</param>
/// <param name="From">The first timestep that trials may use.</param>
/// <param name="To">The end of the timesteps that trials may use, exclusive.</param>
/// <param name="LastLeftOut">Whether timestep <paramref name="To"/> was left out because it says nothing about the labels.</param>
internal sealed record DiffusionProcess(ForwardProcess Process, int From, int To, bool LastLeftOut)
{
    /// <exception cref="BundleException">No schedule can be made of the files, or no timestep is left.</exception>
    public static DiffusionProcess Read(string root, JsonFile index, DenoiserContract denoiser, double? flowScale, JsonFile config,
        ClassifierFile classifier, List<string> warnings)
    {
        string file = Path.Combine(root, "scheduler", "scheduler_config.json");
        ForwardProcess process = SchedulerConfig.Read(file, index, flowScale, denoiser.Size.Tokens);
        CheckEmbeddings(config, process.Timesteps);
        CheckTimesteps(denoiser, process);
        if (Rounds(denoiser.Timestep.Element, process))
        {
            warnings.Add($"The input {denoiser.Timestep} rounds the noise levels that the model is told: export it as float32.");
        }

        (int from, int to) = classifier.TimestepRange(process.Timesteps);
        // With ᾱ = 0 and v or x₀ predicted, ε̂ is x_t whatever the model says: the error is 0 for every label.
        if (process[to - 1].OutputFactor != 0)
            return new DiffusionProcess(process, from, to, LastLeftOut: false);
        if (to - from < 2)
        {
            throw classifier.Complain("timestepRange",
                $"has only timestep {from}, where there is no signal and every label has the same error.");
        }

        warnings.Add($"Timestep {to - 1} is left out: its signal is zero (zero terminal SNR), and every label has the same error there.");
        return new DiffusionProcess(process, from, to - 1, LastLeftOut: true);
    }

    // Rounded, a noise level is another one: SD 3's scores move by a hundredth, a flow's in [0, 1] mean nothing.
    private static void CheckTimesteps(DenoiserContract denoiser, ForwardProcess process)
    {
        if (denoiser.Timestep.Element is TensorElement.Int64 or TensorElement.Int32 && !process.HasWholeTimesteps)
        {
            throw new BundleException(denoiser.Graphs[0].File, $"the input {denoiser.Timestep} takes whole numbers, and this model is told "
                + $"fractions ({process.Description}): export it with a float timestep.");
        }
    }

    // Above 256, bfloat16 does not have every whole number; no half precision has fractions as a flow is told them.
    private static bool Rounds(TensorElement element, ForwardProcess process)
    {
        Func<double, double>? round = element switch
        {
            TensorElement.Half => value => (double)(Half)value,
            TensorElement.BFloat16 => value => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((float)value) & ~0xFFFFu),
            _ => null,
        };
        return round is not null && Enumerable.Range(0, process.Timesteps).Any(t =>
            round(process[t].ModelTimestep) != process[t].ModelTimestep);
    }

    // unet_2d.py has a table with a row for each timestep where it says "learned". All others are computed of any number, and mean nothing
    // to a model that has seen fewer.
    private static void CheckEmbeddings(JsonFile config, int timesteps)
    {
        if (config.Integer("num_train_timesteps") is { } known && known < timesteps)
        {
            throw config.Complain("num_train_timesteps", $"is {known}: the model was trained with that many timesteps, but "
                + $"scheduler_config.json says that there are {timesteps}. Take both files from the same model.");
        }
    }
}
