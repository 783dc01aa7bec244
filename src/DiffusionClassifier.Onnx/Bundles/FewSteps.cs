using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// Suspects models that were distilled to draw a picture in few steps: they know few noise levels, and predict what looks good, not the
/// noise that was added, so they classify badly. Nothing in a bundle says so for certain. Stateless.
/// </summary>
internal static class FewSteps
{
    // Schedulers that exist for such models alone.
    private static readonly string[] Schedulers = ["LCMScheduler", "TCDScheduler", "FlowMatchLCMScheduler"];

    // What such models are called.
    private static readonly string[] Names = ["turbo", "lightning", "lcm", "hyper-sd", "schnell", "flash", "dmd2", "sdxs", "instaflow"];

    // Where the names of models may stand in model_index.json.
    private const string OriginField = "_name_or_path";

    /// <summary>A warning, or null.</summary>
    /// <param name="root">The bundle's folder.</param>
    /// <param name="index">Its model_index.json.</param>
    /// <param name="displayName">What it is called to people.</param>
    /// <param name="denoiser">The denoiser's config.json.</param>
    public static string? Suspect(string root, JsonFile index, string? displayName, JsonFile denoiser)
    {
        if (denoiser.Flag("guidance_embeds") == false)
            return Warning("it takes no guidance, as FLUX.1-schnell");
        string? scheduler = JsonFile.TryRead(Path.Combine(root, "scheduler", "scheduler_config.json"))?.Text("_class_name");
        if (Schedulers.Contains(scheduler))
            return Warning($"its scheduler is {scheduler}");
        string?[] called = [Path.GetFileName(root), index.Text(OriginField), displayName];
        return Array.Find(Names, name => called.Any(text => text?.Contains(name, StringComparison.OrdinalIgnoreCase) ?? false)) is { } found
            ? Warning($"'{found}' in its name")
            : null;
    }

    private static string Warning(string sign) => $"The model seems to be distilled to draw in few steps ({sign}): such models know only a "
        + "few noise levels and classify badly. Use the model that it was distilled from.";
}
