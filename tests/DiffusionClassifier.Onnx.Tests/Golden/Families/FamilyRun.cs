using System.Text.Json;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden.Families;

/// <summary>One case of a bundle of the families' golden data: the noise levels of its trials, and what came of them.</summary>
/// <param name="Name">Its folder's name, and the case's.</param>
/// <param name="Case">Which of the results of an image is its.</param>
/// <param name="Bundle">What the loader made of it, told the trials' own noise levels.</param>
/// <param name="Trials">The trials, as timesteps of that process.</param>
/// <param name="Meta">What was run.</param>
internal sealed record FamilyRun(string Name, int Case, Bundle Bundle, IReadOnlyList<Trial> Trials, JsonElement Meta)
{
    public static readonly string[] All = ["sit", "edm-pixel", "ddpm-pixel", "sdxl", "sd3", "flux", "pixart"];

    public static GoldenFolder Data => GoldenFolder.Families;

    /// <summary>Those of some kinds, by the <c>family</c> of their meta.json.</summary>
    public static IReadOnlyList<FamilyRun> Of(params string[] families) =>
        [.. Directory.EnumerateDirectories(Data.Require("cases")).Order(StringComparer.Ordinal)
            .Select(folder => $"cases/{Path.GetFileName(folder)}/meta.json").Where(file => File.Exists(Path.Combine(Data.Folder!, file)))
            .Select(Data.Json).Where(meta => families.Contains(meta.GetProperty("family").GetString())).SelectMany(Read)];

    public JsonElement Tensors => Meta.GetProperty("tensors");

    /// <summary>The labels, in the order of the golden rows.</summary>
    public string[] Labels => Texts("labels");

    /// <summary>The prompts of the labels; none for a class-conditional model.</summary>
    public string[] Prompts => Meta.TryGetProperty("prompts", out _) ? Texts("prompts") : [];

    public StoredNoise Noise => new(Data.Array<float>(Tensors.GetProperty("noise")), Bundle.Manifest.Latent.Length);

    /// <summary>What the original made of each image: its file, and the JSON of its results.</summary>
    public IEnumerable<(string Image, JsonElement Result)> Images =>
        from image in Meta.GetProperty("images").EnumerateObject()
        let result = Data.Json(image.Value.GetString()!)
        select (Data.Require(result.GetProperty("image").GetString()!), result);

    /// <summary>A request for the labels on the golden noise.</summary>
    public Submission Request => new(new ClassificationRequest
    {
        Image = new byte[] { 1 },
        Labels = [.. Labels.Select((label, i) => new LabelSpec(label, Prompts is [] ? null : [Prompts[i]]))],
    })
    { Noise = Noise };

    /// <summary>What the original found for an image in this case.</summary>
    public JsonElement Found(JsonElement result) => result.TryGetProperty("results", out JsonElement results) ? results[Case] : result;

    /// <summary>The error of each label on each trial; what follows the labels' rows is the null prompt's or class's.</summary>
    public double[][] Errors(JsonElement result)
    {
        JsonElement entry = Found(result).GetProperty("errors");
        double[] all = entry.GetProperty("dtype").GetString() == "f64"
            ? Data.Array<double>(entry)
            : Array.ConvertAll(Data.Array<float>(entry), error => (double)error);
        return [.. all.Chunk(Trials.Count).Take(Labels.Length)];
    }

    public PixelImage Pixels(JsonElement result)
    {
        JsonElement entry = result.TryGetProperty("pixels_normalized", out JsonElement normalized) ? normalized : result.GetProperty("pixels");
        return new PixelImage(Data.Array<float>(entry), Bundle.Manifest.Preprocessing.Size, []);
    }

    private static IEnumerable<FamilyRun> Read(JsonElement meta)
    {
        string folder = meta.GetProperty("bundle").GetString()!;
        Bundle bundle = BundleLoader.Load(Data.Require(folder));
        JsonElement[] cases = meta.TryGetProperty("cases", out JsonElement given) ? [.. given.EnumerateArray()] : [default];
        foreach ((int index, JsonElement settings) in cases.Index())
        {
            (ForwardProcess process, IReadOnlyList<Trial> trials) = Levels(meta, settings, bundle.Manifest.Process);
            string id = settings.ValueKind == JsonValueKind.Undefined ? "" : $" {settings.GetProperty("id").GetString()}";
            yield return new FamilyRun($"{Path.GetFileName(folder)}{id}", index, bundle with
            {
                Manifest = bundle.Manifest with { Process = process, TimestepFrom = 0, TimestepTo = process.Timesteps },
                Model = bundle.Model with { Process = process, Denoiser = Guided(bundle.Model.Denoiser, settings) },
            }, trials, meta);
        }
    }

    // Cases may have been run with another guidance than the usual one.
    private static Onnx.Parts.DenoiserContract Guided(Onnx.Parts.DenoiserContract denoiser, JsonElement settings) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty("guidance", out JsonElement guidance) && guidance.ValueKind == JsonValueKind.Number
            ? denoiser with { Inputs = [.. denoiser.Inputs.Select(input => input.Tensor.Name == "guidance" ? input with { Values = [guidance.GetDouble()] } : input)] }
            : denoiser;

    private static (ForwardProcess Process, IReadOnlyList<Trial> Trials) Levels(JsonElement meta, JsonElement settings, ForwardProcess process)
    {
        JsonElement tensors = meta.GetProperty("tensors");
        switch (meta.GetProperty("family").GetString())
        {
            case "sit":
                return Table([.. Data.Array<float>(tensors.GetProperty("timestep")).Select(share => 1.0 - share)], LinearFlow.TowardsData);
            case "flux":
                double[] levels = [.. Data.Array<float>(settings.GetProperty("sigma")).Select(sigma => (double)sigma)];
                double scale = process[0].ModelTimestep / process[0].NoiseRate;
                return Table(levels, ascending => LinearFlow.TowardsNoise(ascending, scale));
            case "pixart":
                return (process, [.. Whole(tensors.GetProperty("timestep")).Select((timestep, noise) => new Trial(noise, (int)timestep))]);
        }

        JsonElement[] trials = [.. meta.GetProperty("trials").EnumerateArray()];
        if (meta.TryGetProperty("sigma_data", out JsonElement deviation))
            return Table([.. trials.Select(trial => trial.GetProperty("sigma").GetDouble())], sigmas => Elucidated.Create(deviation.GetDouble(), sigmas, flipsOutput: false));
        return (process, [.. trials.Select(trial => new Trial(trial.GetProperty("noise_idx").GetInt32(), Timestep(trial)))]);

        // diffusers' table of a flow goes from noise to image.
        int Timestep(JsonElement trial) => trial.TryGetProperty("schedule_index", out JsonElement index) ? process.Timesteps - 1 - index.GetInt32() : trial.GetProperty("timestep").GetInt32();
    }

    // A process of the trials' own levels, in the order of the noise.
    private static (ForwardProcess Process, IReadOnlyList<Trial> Trials) Table(double[] levels, Func<double[], ForwardProcess> create)
    {
        double[] ascending = [.. levels.Order()];
        return (create(ascending), [.. levels.Select((level, noise) => new Trial(noise, Array.IndexOf(ascending, level)))]);
    }

    private static long[] Whole(JsonElement tensor) =>
        tensor.GetProperty("dtype").GetString() == "i64" ? Data.Array<long>(tensor) : Array.ConvertAll(Data.Array<float>(tensor), value => (long)value);

    private string[] Texts(string field) => [.. Meta.GetProperty(field).EnumerateArray().Select(label => label.GetString()!)];
}
