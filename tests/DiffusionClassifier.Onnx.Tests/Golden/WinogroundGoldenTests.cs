using System.Text.Json;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>run_winoground.py: two captions and two images, and the verdicts from their four mean errors.</summary>
public sealed class WinogroundGoldenTests(ITestOutputHelper output)
{
    private const string File = "cases/winoground/winoground.json";
    private const double Tie = 1e-5; // below this gap the reference's own float32 decides

    [Fact]
    public void Captions_give_the_golden_embeddings()
    {
        var check = new GoldenCheck("Winoground: text embeddings", new Tolerance(1e-5));
        JsonElement golden = GoldenData.Json(File);
        using OnnxDiffusionModel model = Bundle(golden).Open();
        foreach (JsonElement quadruple in golden.GetProperty("quadruples").EnumerateArray())
            check.Compare($"quadruple {quadruple.GetProperty("id")}", GoldenData.Array<float>(quadruple.GetProperty("tensors").GetProperty("text_embeds")), GoldenBundle.Embed(model, Captions(quadruple)));
        check.Report(output);
    }

    [Fact]
    public void Images_give_the_golden_latents()
    {
        var check = new GoldenCheck("Winoground: latents from the golden pixels", new Tolerance(1e-4));
        JsonElement golden = GoldenData.Json(File);
        using OnnxDiffusionModel model = Bundle(golden).Open();
        foreach (JsonElement quadruple in golden.GetProperty("quadruples").EnumerateArray())
        {
            JsonElement tensors = quadruple.GetProperty("tensors");
            foreach (string name in tensors.EnumerateObject().Select(tensor => tensor.Name).Where(name => name.StartsWith("pixels_", StringComparison.Ordinal)))
            {
                int size = GoldenFamily.ShapeOf(tensors.GetProperty(name))[^1];
                float[] latents = [.. GoldenData.Array<float>(tensors.GetProperty(name)).Chunk(3 * size * size).SelectMany(pixels => model.EncodeImage(new PixelImage(pixels, size, [])).Values)];
                check.Compare($"quadruple {quadruple.GetProperty("id")}, {name}", GoldenData.Array<float>(tensors.GetProperty(name.Replace("pixels", "latents", StringComparison.Ordinal))), latents);
            }
        }

        check.Report(output);
    }

    [Fact]
    public void Rows_scores_and_verdicts_are_the_golden_ones()
    {
        GoldenCheck rows = new("Winoground: errors of rows", new Tolerance(0, Relative: 1e-5)), scores = new("Winoground: scores", new Tolerance(1e-5)), verdicts = new("Winoground: text, image and group verdicts", Tolerance.Exact);
        JsonElement golden = GoldenData.Json(File);
        GoldenBundle bundle = Bundle(golden);
        var noise = new StoredNoise(GoldenData.Array<float>(golden.GetProperty("noise")), bundle.Bundle.Manifest.Latent.Length);
        Dictionary<int, JsonElement> quadruples = golden.GetProperty("quadruples").EnumerateArray().ToDictionary(quadruple => quadruple.GetProperty("id").GetInt32());
        using var runner = new RowErrors(bundle.Open());
        foreach (JsonElement run in golden.GetProperty("runs").EnumerateArray())
        {
            var trials = new GoldenTrials(run, bundle.Bundle.Manifest.Process.Timesteps);
            Assert.Equal(GoldenFamily.Integers(run.GetProperty("timesteps")), trials.Timesteps);
            foreach (JsonElement example in run.GetProperty("examples").EnumerateArray())
            {
                string where = $"{run.GetProperty("id")}, quadruple {example.GetProperty("id")}";
                JsonElement quadruple = quadruples[example.GetProperty("id").GetInt32()];
                Submission request = new(new ClassificationRequest { Labels = LabelSpec.FromStrings(Captions(quadruple)), Loss = PredictionLoss.L2 }) { Noise = noise };
                double[][] means = [.. Latents(quadruple, run, bundle).Select((latent, image) =>
                {
                    double[][] errors = runner.Run(request, latent, trials.Trials).Errors;
                    for (int caption = 0; caption < errors.Length; caption++)
                        rows.Compare($"{where}, c{caption}_i{image}", GoldenFamily.Doubles(example.GetProperty("errors").GetProperty($"c{caption}_i{image}").GetProperty("values")), errors[caption]);
                    return errors.Select(caption => caption.Average()).ToArray();
                })];
                Compare(where, example, means, scores, verdicts);
            }
        }

        rows.Report(output);
        scores.Report(output);
        verdicts.Report(output);
    }

    // Lines 232-242, with the mean errors of [image][caption]: smaller is better, and only strictly smaller counts.
    private static void Compare(string where, JsonElement example, double[][] means, GoldenCheck scores, GoldenCheck verdicts)
    {
        for (int image = 0; image < 2; image++)
        {
            for (int caption = 0; caption < 2; caption++)
                scores.Check($"{where}, c{caption}_i{image}", example.GetProperty("scores").GetProperty($"c{caption}_i{image}").GetDouble(), -means[image][caption]);
        }

        if (IsTie(means[0][0], means[0][1]) || IsTie(means[1][1], means[1][0]) || IsTie(means[0][0], means[1][0]) || IsTie(means[1][1], means[0][1]))
        {
            verdicts.Note($"Tied: {where}.");
            return;
        }

        bool text = means[0][0] < means[0][1] && means[1][1] < means[1][0];
        bool picture = means[0][0] < means[1][0] && means[1][1] < means[0][1];
        verdicts.Same($"{where}, text", [example.GetProperty("text_correct").GetBoolean()], [text]);
        verdicts.Same($"{where}, image", [example.GetProperty("image_correct").GetBoolean()], [picture]);
        verdicts.Same($"{where}, group", [example.GetProperty("group_correct").GetBoolean()], [text && picture]);
    }

    private static bool IsTie(double mean, double other) => Math.Abs(mean - other) < Tie;

    private static GoldenBundle Bundle(JsonElement golden)
    {
        string name = Path.GetFileName(golden.GetProperty("bundle").GetString()!);
        return GoldenBundle.All.Single(bundle => bundle.Name == name);
    }

    private static string[] Captions(JsonElement quadruple) => [quadruple.GetProperty("caption_0").GetString()!, quadruple.GetProperty("caption_1").GetString()!];

    private static IEnumerable<Latent> Latents(JsonElement quadruple, JsonElement run, GoldenBundle bundle)
    {
        LatentShape shape = bundle.Bundle.Manifest.Latent;
        return GoldenData.Array<float>(quadruple.GetProperty("tensors").GetProperty($"latents_{run.GetProperty("interpolation").GetString()}")).Chunk(shape.Length).Select(values => new Latent(values, shape));
    }
}
