using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// The part of an EDM scheduler's configuration that the method needs (diffusers, scheduling_edm_euler.py): of a network F that is exported
/// without its preconditioning. Stateless.
/// </summary>
internal static class EdmScheduler
{
    private const double DataDeviation = 0.5; // diffusers' default of sigma_data, and that of Karras et al. 2022
    private const int Levels = 1_000;
    private const int MostLevels = 1_000_000; // a damaged number becomes a message, not gigabytes

    private static readonly string[] ClassNames = ["EDMEulerScheduler", "EDMDPMSolverMultistepScheduler"];

    public static bool Reads(string className) => ClassNames.Contains(className);

    /// <exception cref="BundleException">A value from which no process can be made.</exception>
    public static ForwardProcess Read(JsonFile json)
    {
        double deviation = json.Number("sigma_data") ?? DataDeviation;
        if (!(deviation > 0))
            throw json.Complain("sigma_data", FormattableString.Invariant($"is {deviation}; it must be above 0."));
        int levels = json.Integer("num_train_timesteps") ?? Levels;
        if (levels is < 1 or > MostLevels)
            throw json.Complain("num_train_timesteps", $"is {levels}; it must be from 1 to {MostLevels:N0}.");
        return Elucidated.Create(deviation, levels, flipsOutput: json.Text("prediction_type") switch
        {
            null or "epsilon" => false,
            "v_prediction" => true,
            { } other => throw json.Complain("prediction_type", $"is '{other}'; known of EDM are epsilon and v_prediction."),
        });
    }
}
