using System.Text.Json;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>One run of the reference's adaptive evaluation on one image.</summary>
/// <param name="Golden">The bundle.</param>
/// <param name="Image">File name of the image.</param>
/// <param name="Latent">x₀.</param>
/// <param name="Result">The run: stages, classes, prediction.</param>
internal sealed record GoldenCase(GoldenBundle Golden, string Image, Latent Latent, JsonElement Result)
{
    private const double Tie = 1e-5; // below this gap the reference's own float32 decides

    public string Name => $"{Golden.Name}, {Image}, {Result.GetProperty("id").GetString()}";

    public IReadOnlyList<Stage> Stages =>
        [.. GoldenFamily.Integers(Result.GetProperty("n_samples")).Zip(GoldenFamily.Integers(Result.GetProperty("to_keep")), (samples, keep) => new Stage(samples, keep))];

    public IReadOnlyList<JsonElement> GoldenStages => [.. Result.GetProperty("stages").EnumerateArray()];

    /// <summary>Whether a decision of the run is too close for anyone to reproduce.</summary>
    public bool IsTied => GoldenStages.Any(stage => stage.TryGetProperty("cut_gap", out JsonElement gap) && gap.ValueKind == JsonValueKind.Number && gap.GetDouble() < Tie);

    /// <summary>The request that repeats the run on the golden noise.</summary>
    public Submission Request => new(new ClassificationRequest
    {
        Image = GoldenPixels.Image(Image).File,
        ImageMode = ImageMode.Reference,
        Interpolation = Golden.Family.Meta.TryGetProperty("interpolation", out JsonElement filter) ? Enum.Parse<ResizeFilter>(filter.GetString()!, ignoreCase: true) : null,
        Labels = Labels(Golden),
        Strategy = Strategy.Staged,
        StageSamples = [.. Stages.Select(stage => stage.Samples)],
        StageKeep = [.. Stages.Select(stage => stage.Keep)],
        TrialsPerTimestep = Result.GetProperty("n_trials").GetInt32(),
        Loss = Enum.Parse<PredictionLoss>(Result.GetProperty("loss").GetString()!, ignoreCase: true),
    })
    {
        Noise = new StoredNoise(Golden.Family.Noise, Golden.Bundle.Manifest.Latent.Length),
    };

    /// <summary>The staged runs of every image of a bundle.</summary>
    /// <param name="golden">The bundle.</param>
    /// <param name="field">Where the results have them: <c>results</c>, or <c>adaptive_results</c> for DiT.</param>
    public static IEnumerable<GoldenCase> Of(GoldenBundle golden, string field) =>
        from item in golden.Family.Results
        where item.Result.TryGetProperty(field, out _)
        let latent = new Latent(GoldenData.Array<float>(item.Result.GetProperty("latent")), golden.Bundle.Manifest.Latent)
        from run in item.Result.GetProperty(field).EnumerateArray()
        where run.TryGetProperty("stages", out _)
        select new GoldenCase(golden, item.Image, latent, run);

    /// <summary>One label for each of the family's prompts, named by its number; null for a class-conditional bundle: all its classes.</summary>
    public static IReadOnlyList<LabelSpec>? Labels(GoldenBundle golden) =>
        golden.Bundle.Model.Text is null ? null : [.. golden.Family.Prompts.Select((prompt, index) => new LabelSpec($"{index}", [prompt]))];

    /// <summary>The result of every class, in the order of the classes.</summary>
    public static IReadOnlyList<LabelResult> InOrder(GoldenBundle golden, ClassificationResult result)
    {
        IReadOnlyList<string> names = Labels(golden)?.Select(label => label.Label).ToArray() ?? golden.Bundle.Manifest.Classes;
        return [.. names.Select(name => result.Labels.Single(label => label.Label == name))];
    }

    public JsonElement Class(int index) => Result.GetProperty("classes").GetProperty($"{index}");
}
