using System.Text.Json;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden.Families;

/// <summary>A bundle of the families' golden data, with the noise levels of its trials.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Bundle">What the loader made of it, told the trials' own noise levels.</param>
/// <param name="Trials">The trials, as timesteps of that process.</param>
/// <param name="Meta">What was run.</param>
internal sealed record FamilyRun(string Name, Bundle Bundle, IReadOnlyList<Trial> Trials, JsonElement Meta)
{
    public static GoldenFolder Data => GoldenFolder.Families;

    /// <summary>Those of some kinds, by the <c>family</c> of their meta.json.</summary>
    public static IReadOnlyList<FamilyRun> Of(params string[] families) =>
        [.. Directory.EnumerateDirectories(Data.Require("cases")).Order(StringComparer.Ordinal)
            .Select(folder => $"cases/{Path.GetFileName(folder)}/meta.json").Where(file => File.Exists(Path.Combine(Data.Folder!, file)))
            .Select(Data.Json).Where(meta => families.Contains(meta.GetProperty("family").GetString())).Select(Read)];

    /// <summary>The labels, in the order of the golden rows.</summary>
    public string[] Labels => [.. Meta.GetProperty("labels").EnumerateArray().Select(label => label.GetString()!)];

    public StoredNoise Noise => new(Data.Array<float>(Meta.GetProperty("tensors").GetProperty("noise")), Bundle.Manifest.Latent.Length);

    /// <summary>What the original made of each image: its file, and the JSON of its results.</summary>
    public IEnumerable<(string Image, JsonElement Result)> Images =>
        from image in Meta.GetProperty("images").EnumerateObject()
        let result = Data.Json(image.Value.GetString()!)
        select (Data.Require(result.GetProperty("image").GetString()!), result);

    private static FamilyRun Read(JsonElement meta)
    {
        string folder = meta.GetProperty("bundle").GetString()!;
        Bundle bundle = BundleLoader.Load(Data.Require(folder));
        (ForwardProcess process, IReadOnlyList<Trial> trials) = Levels(meta, bundle.Manifest.Process);
        return new FamilyRun(Path.GetFileName(folder), bundle with
        {
            Manifest = bundle.Manifest with { Process = process, TimestepFrom = 0, TimestepTo = process.Timesteps },
            Model = bundle.Model with { Process = process },
        }, trials, meta);
    }

    private static (ForwardProcess Process, IReadOnlyList<Trial> Trials) Levels(JsonElement meta, ForwardProcess process)
    {
        if (meta.GetProperty("family").GetString() == "sit")
        {
            double[] levels = [.. Data.Array<float>(meta.GetProperty("tensors").GetProperty("timestep")).Select(share => 1.0 - share)];
            double[] ascending = [.. levels.Order()];
            return (LinearFlow.TowardsData(ascending), [.. levels.Select((level, noise) => new Trial(noise, Array.IndexOf(ascending, level)))]);
        }

        JsonElement[] trials = [.. meta.GetProperty("trials").EnumerateArray()];
        if (!meta.TryGetProperty("sigma_data", out JsonElement deviation))
            return (process, [.. trials.Select(trial => new Trial(Noise(trial), trial.GetProperty("timestep").GetInt32()))]);
        double[] sigmas = [.. trials.Select(trial => trial.GetProperty("sigma").GetDouble()).Order()];
        return (Elucidated.Create(deviation.GetDouble(), sigmas, flipsOutput: false),
            [.. trials.Select(trial => new Trial(Noise(trial), Array.IndexOf(sigmas, trial.GetProperty("sigma").GetDouble())))]);

        static int Noise(JsonElement trial) => trial.GetProperty("noise_idx").GetInt32();
    }
}
