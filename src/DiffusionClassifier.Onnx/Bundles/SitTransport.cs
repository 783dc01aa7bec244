using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// How SiT was trained: the arguments of its <c>create_transport</c> (willisma/SiT, transport/__init__.py) as a scheduler's configuration,
/// since it has no pipeline in diffusers. Stateless.
/// </summary>
internal static class SitTransport
{
    private const string ClassName = "SiTTransport";

    public static bool Reads(string className) => className == ClassName;

    /// <exception cref="BundleException">It was trained on another path, or predicts something else.</exception>
    public static ForwardProcess Read(JsonFile json)
    {
        if (json.Text("path_type") is { } path and not "Linear")
            throw json.Complain("path_type", $"is '{path}'; only Linear, SiT's default, is supported.");
        if (json.Text("prediction") is { } prediction and not "velocity")
            throw json.Complain("prediction", $"is '{prediction}'; only velocity, SiT's default, is supported.");
        return LinearFlow.TowardsData();
    }
}
