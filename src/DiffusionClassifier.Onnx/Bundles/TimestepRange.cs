using DiffusionClassifier.Core.Diffusion;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>The timesteps that trials may use.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The end, exclusive.</param>
/// <param name="LastLeftOut">Whether timestep <paramref name="To"/> was left out because it says nothing about the labels.</param>
internal sealed record TimestepRange(int From, int To, bool LastLeftOut)
{
    /// <exception cref="BundleException">classifier.json names an impossible range, or no timestep is left.</exception>
    public static TimestepRange Read(ClassifierFile classifier, NoiseScheduleConfig schedule, PredictionType prediction, List<string> warnings)
    {
        (int from, int to) = classifier.TimestepRange(schedule.TrainTimesteps);
        // With ᾱ = 0 and v or x₀ predicted, ε̂ is x_t whatever the model says: the error is 0 for every label.
        bool uninformative = prediction != PredictionType.Epsilon && NoiseSchedule.Create(schedule).AlphasCumprod[to - 1] == 0;
        if (!uninformative)
            return new TimestepRange(from, to, LastLeftOut: false);
        if (to - from < 2)
            throw classifier.Complain("timestepRange", $"holds timestep {from} alone, where there is no signal and every label has the same error.");
        warnings.Add($"Timestep {to - 1} is left out: its signal is zero (zero terminal SNR), and every label has the same error there.");
        return new TimestepRange(from, to - 1, LastLeftOut: true);
    }
}
