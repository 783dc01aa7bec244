using System.Text.Json;
using System.Text.RegularExpressions;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Tests.Golden.Families;

/// <summary>What the denoisers of every text-conditional family are told of a prompt is what the original told them.</summary>
public sealed partial class FamilyTextGoldenTests(ITestOutputHelper output)
{
    private static readonly string[] Families = ["sdxl", "sd3", "flux", "pixart"];

    // The names of one quantity in the families' data.
    private static readonly string[] Pooled = ["text_embeds", "pooled_projections"];

    [Fact]
    public void Prompts_are_told_as_the_original_told_them()
    {
        var sequences = new GoldenCheck("sequences of prompts, families", new Tolerance(1e-4));
        var pooled = new GoldenCheck("pooled prompts, families", new Tolerance(2e-5));
        var masks = new GoldenCheck("masks of prompts, families", Tolerance.Exact);
        foreach (FamilyRun run in FamilyRun.Of(Families))
        {
            using var model = new OnnxDiffusionModel(run.Bundle, new OnnxOptions { MaxBatch = 1 });

            TextConditioning[] told = [.. model.EncodePrompts(run.Prompts).Cast<TextConditioning>()];

            Compare(sequences, run, "encoder_hidden_states", told, text => text.HiddenStates, text => text.SequenceLength);
            foreach (string name in Pooled)
                Compare(pooled, run, name, told, text => text.Pooled, _ => 1);
            if (run.Bundle.Model.Text!.Masks)
                masks.Compare(run.Name, Array.ConvertAll(FamilyRun.Data.Array<long>(run.Tensors.GetProperty("attention_mask"))[..(told.Length * Length(run, "attention_mask"))], bit => (float)bit), [.. told.SelectMany(text => text.Mask[..Length(run, "attention_mask")])]);
        }

        Assert.All(new[] { sequences, pooled, masks }, check => check.Report(output));
    }

    [Fact]
    public void Token_ids_are_those_of_the_original()
    {
        var check = new GoldenCheck("token ids, families", Tolerance.Exact);
        foreach (FamilyRun run in FamilyRun.Of(Families))
        {
            IReadOnlyList<TextPart> parts = run.Bundle.Model.Text!.Parts;
            foreach ((string name, string folder) in ((string, string)[])[
                ("token_ids", "text_encoder"), ("token_ids_2", "text_encoder_2"), ("token_ids_3", "text_encoder_3"), ("clip_token_ids", "text_encoder"), ("t5_token_ids", "text_encoder_2")])
            {
                TextPart? part = parts.FirstOrDefault(part => Path.GetFileName(Path.GetDirectoryName(part.Encoder.Graph.File)) == folder);
                if (part is null)
                    continue;
                Compare(check, run, name, part.Encoder.Tokenizer, run.Prompts);
                if (run.Meta.TryGetProperty("extra_prompts", out JsonElement extra))
                    Compare(check, run, $"extra_prompts_{name}", part.Encoder.Tokenizer, [.. extra.EnumerateArray().Select(text => text.GetString()!)]);
            }
        }

        check.Report(output);
    }

    [Fact]
    public void The_empty_prompt_is_told_as_zeros_where_the_pipeline_does_so()
    {
        FamilyRun[] runs = [.. FamilyRun.Of("sdxl", "sd3")];
        Assert.SkipWhen(runs.Length == 0, "The golden data has no such families.");
        foreach (FamilyRun run in runs)
        {
            using var model = new OnnxDiffusionModel(run.Bundle, new OnnxOptions { MaxBatch = 1 });

            var empty = (TextConditioning)model.EncodePrompts([""])[0];

            if (run.Meta.GetProperty("family").GetString() == "sdxl")
            {
                Assert.All(empty.HiddenStates, state => Assert.Equal(0, state));
                Assert.All(empty.Pooled, state => Assert.Equal(0, state));
            }
            else
            {
                new GoldenCheck("the empty prompt", new Tolerance(1e-4)).Compare(run.Name, FamilyRun.Data.Array<float>(run.Tensors.GetProperty("empty_encoder_hidden_states")), empty.HiddenStates);
            }
        }
    }

    [Fact]
    public void Noise_levels_are_those_of_the_original_scheduler()
    {
        var check = new GoldenCheck("noise levels of flows", new Tolerance(1e-6));
        foreach (FamilyRun run in FamilyRun.Of("sd3", "flux"))
        {
            ForwardProcess process = BundleLoader.Load(run.Bundle.Folder).Manifest.Process;
            double[] levels = [.. Enumerable.Range(0, process.Timesteps).Select(timestep => process[timestep].NoiseRate)];
            if (run.Tensors.TryGetProperty("scheduler_sigmas", out JsonElement sigmas))
                check.Compare(run.Name, [.. FamilyRun.Data.Array<float>(sigmas).Reverse().Select(sigma => (double)sigma)], levels);
            JsonElement settings = run.Meta.TryGetProperty("cases", out JsonElement cases) ? cases[run.Case] : default;
            if (settings.ValueKind != JsonValueKind.Object || !settings.GetProperty("shifted").GetBoolean())
                continue;
            double[] between = [.. settings.GetProperty("base_sigmas").EnumerateArray().Select(sigma => sigma.GetDouble() * process.Timesteps - 1)];
            double[] golden = [.. FamilyRun.Data.Array<float>(settings.GetProperty("sigma")).Select(sigma => (double)sigma)];
            foreach ((double place, double sigma) in between.Zip(golden))
                Assert.InRange(sigma, levels[(int)Math.Floor(place)] - 1e-6, levels[(int)Math.Ceiling(place)] + 1e-6);
        }

        check.Report(output);
    }

    [GeneratedRegex(@"[^\p{L}\p{N}\s]{2,}")]
    private static partial Regex PunctuationInARow();

    private static int Length(FamilyRun run, string tensor) => GoldenFamily.ShapeOf(run.Tensors.GetProperty(tensor))[1];

    // The data has the prompts' rows first; sequences may be shorter where padding is hidden from the model.
    private static void Compare(GoldenCheck check, FamilyRun run, string tensor, TextConditioning[] told, Func<TextConditioning, float[]> part, Func<TextConditioning, int> tokens)
    {
        if (!run.Tensors.TryGetProperty(tensor, out JsonElement entry))
            return;
        int[] shape = GoldenFamily.ShapeOf(entry);
        int row = shape.Skip(1).Aggregate(1, (product, size) => product * size);
        float[][] golden = [.. FamilyRun.Data.Array<float>(entry).Chunk(row)];
        foreach ((int i, TextConditioning text) in told.Index())
        {
            int width = part(text).Length / tokens(text);
            int known = run.Bundle.Model.Text!.Masks ? (int)text.Mask.Sum() * width : row;
            check.Compare($"{run.Name}, {tensor}, {run.Prompts[i]}", golden[i].AsSpan(0, known), part(text).AsSpan(0, known));
        }
    }

    private static void Compare(GoldenCheck check, FamilyRun run, string tensor, ITextTokenizer tokenizer, string[] texts)
    {
        if (!run.Tensors.TryGetProperty(tensor, out JsonElement entry))
            return;
        int length = GoldenFamily.ShapeOf(entry)[1];
        long[][] golden = [.. FamilyRun.Data.Array<long>(entry).Chunk(length)];
        foreach ((int i, string text) in texts.Index())
        {
            if (tokenizer is ClipTokenizer && PunctuationInARow().IsMatch(text) && !tensor.EndsWith("_2", StringComparison.Ordinal))
            {
                check.Note("Not compared: runs of punctuation, which transformers' slow tokenizer cuts apart where ftfy is not installed; the fast one, as the other golden data, does not.");
                continue;
            }

            var ids = new long[tokenizer.MaxLength];
            tokenizer.Encode(text, ids);
            int known = Math.Min(length, ids.Length);
            check.Same($"{run.Name}, {tensor}, {text}", golden[i][..known], ids[..known]);
        }
    }
}
