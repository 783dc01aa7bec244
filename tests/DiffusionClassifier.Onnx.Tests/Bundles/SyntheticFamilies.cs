using System.Text.Json;
using DiffusionClassifier.Onnx.Tests.Graphs;
using DiffusionClassifier.Onnx.Tokenizers;

using static DiffusionClassifier.Onnx.Tests.Bundles.SyntheticBundle;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>Small bundles of the families that are told more than one thing, whose graphs are inputs and outputs alone, enough for the loader.</summary>
internal static class SyntheticFamilies
{
    private const int Pooled = 10;
    private const string Flow = """{ "_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0 }""";

    public static SyntheticBundle Sdxl() => WithSecondClip(Text())
        .Write(SyntheticBundle.Index, """{ "force_zeros_for_empty_prompt": true }""")
        .Write(Unet, OnnxBytes.Model(Sample(), Timestep(), States(width: 2 * Width), In("text_embeds", F32, -1, Pooled), In("time_ids", F32, -1, 6), Prediction()));

    public static SyntheticBundle StableDiffusion3() => WithT5(WithSecondClip(Text()), "_3")
        .Remove("unet").Write(Scheduler, Flow)
        .Write(Transformer, OnnxBytes.Model(In("hidden_states", F32, -1, 4, -1, -1), In("timestep", F32, -1), States(width: 3 * Width), In("pooled_projections", F32, -1, 2 * Pooled), Prediction()))
        .Write(TransformerConfig, $$"""{ "in_channels": 4, "sample_size": 16, "joint_attention_dim": {{3 * Width}} }""");

    public static SyntheticBundle Flux() => WithT5(Text(), "_2")
        .Remove("unet").Write(Scheduler, """{ "_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": true }""")
        .Write(TextEncoder, OnnxBytes.Model(In("input_ids", I64, -1, -1), Out("last_hidden_state", F32, -1, -1, Width), Out("pooler_output", F32, -1, Pooled)))
        .Write(VaeConfig, """{ "block_out_channels": [8, 8, 8], "latent_channels": 4, "scaling_factor": 0.5, "shift_factor": 0.25, "sample_size": 64 }""")
        .Write(Transformer, OnnxBytes.Model(In("hidden_states", F32, -1, -1, 16), In("timestep", F32, -1), States(width: 3 * Width), In("pooled_projections", F32, -1, Pooled),
            In("img_ids", I64, -1, 3), In("txt_ids", I64, -1, 3), In("guidance", F32, -1), Out("out_hidden_states", F32, -1, -1, 16)))
        .Write(TransformerConfig, """{ "in_channels": 16, "guidance_embeds": true }""");

    public static SyntheticBundle PixArt() => WithT5(Text().Remove("tokenizer"), "", "attention_mask")
        .Remove("unet")
        .Write(Transformer, OnnxBytes.Model(In("hidden_states", F32, -1, 4, 16, 16), Timestep(), States(width: 3 * Width), In("encoder_attention_mask", I64, -1, -1),
            In("resolution", F32, -1, 2), In("aspect_ratio", F32, -1, 1), Prediction(8)))
        .Write(TransformerConfig, """{ "in_channels": 4, "out_channels": 8, "sample_size": 16 }""");

    private static SyntheticBundle WithSecondClip(SyntheticBundle bundle)
    {
        foreach (string file in Directory.EnumerateFiles(bundle.PathOf("tokenizer")))
            bundle.Write($"tokenizer_2/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        byte[][] states = [.. Enumerable.Range(0, 3).Select(layer => Out($"hidden_states.{layer}", F32, -1, -1, Width))];
        byte[] encoder = OnnxBytes.Model([In("input_ids", I64, -1, -1), Out("text_embeds", F32, -1, Pooled), .. states]);
        return bundle.Write(TextEncoder, encoder).Write("text_encoder_2/model.onnx", encoder).Write("text_encoder_2/config.json", """{ "vocab_size": 1000 }""");
    }

    private static SyntheticBundle WithT5(SyntheticBundle bundle, string number, params string[] more)
    {
        object[][] vocabulary = [["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0], ["\u2581", -2.0], .. "abcdefghij".Select(letter => new object[] { letter.ToString(), -3.0 })];
        bundle.Write($"tokenizer{number}/tokenizer.json", JsonSerializer.Serialize(new { added_tokens = new[] { new { id = 0, content = "<pad>" } }, model = new { type = "Unigram", unk_id = 2, vocab = vocabulary } }))
            .Write($"tokenizer{number}/tokenizer_config.json", """{ "model_max_length": 20, "extra_ids": 3 }""");
        byte[] pieces = T5FastFile.Read(bundle.PathOf($"tokenizer{number}/tokenizer.json"), "").Proto;
        return bundle.Write($"tokenizer{number}/spiece.model", pieces)
            .Write($"text_encoder{number}/model.onnx", OnnxBytes.Model([In("input_ids", I64, -1, -1), .. more.Select(name => In(name, I64, -1, -1)), Out("last_hidden_state", F32, -1, -1, 3 * Width)]))
            .Write($"text_encoder{number}/config.json", """{ "vocab_size": 100 }""");
    }
}
