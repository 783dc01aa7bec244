using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Tests.Graphs;

using static DiffusionClassifier.Onnx.Tests.Bundles.SyntheticBundle;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>Latent bundles that cannot work are refused with the file, the reason, and what to use instead.</summary>
public class LatentBundleRefusalTests
{
    public static TheoryData<string, byte[], string, string> Graphs => new()
    {
        { Unet, OnnxBytes.Model(Sample(), Timestep(), States(), In("text_embeds", F32, -1, 1280), In("time_ids", F32, -1, 6), Prediction()), "text_encoder_2", "the denoiser is of Stable Diffusion XL, which cannot be told of a label without" },
        { Unet, OnnxBytes.Model(Sample(), Timestep(), States(), In("pooled_projections", F32, -1, 2048), Prediction()), "text_encoder_2", "the denoiser is of Stable Diffusion 3" },
        { Unet, OnnxBytes.Model(Sample(), Timestep(), States(), In("mystery", F32, -1), Prediction()), Unet, "an input that this program does not have: mystery Float[?]." },
        { Unet, OnnxBytes.Model(Sample(), In("timestep", F32, -1, -1), States(), Prediction()), Unet, "'timestep' must be" },
        { Unet, OnnxBytes.Model(Sample(), Timestep(), In("class_labels", I64, -1), Prediction()), Unet, "has no input 'encoder_hidden_states'" },
        { Unet, OnnxBytes.Model(Sample(), Timestep(), States(width: 7), Prediction()), TextEncoder, "do not match: 7 features per token against 6" },
        { Unet, OnnxBytes.Model(Sample(), Timestep(), States(tokens: 77), Prediction()), TextEncoder, "do not match: 12 tokens against 77" },
        { Unet, OnnxBytes.Model(Sample(), Timestep(), States(), Prediction(6)), Unet, "it puts out 6 channels for 4" },
        { Vae, OnnxBytes.Model(In("sample", F32, -1, 4, -1, -1), Out("latent_parameters", F32, -1, 8, -1, -1)), Vae, "it must take RGB images" },
        { Vae, OnnxBytes.Model(In("sample", F32, -1, 3, 32, 32), Out("latent_parameters", F32, -1, 8, -1, -1)), Vae, "the graph is fixed to images of 32 pixels; the denoiser's latents of 16 need 64" },
        { Vae, OnnxBytes.Model(In("sample", F32, -1, 3, -1, -1), Out("latents", F32, -1, 8, -1, -1)), Vae, "it must put out 'latent_parameters' or 'latent_sample'" },
        { Vae, OnnxBytes.Model(In("sample", F32, -1, 3, -1, -1), Out("latent_parameters", F32, -1, 4, -1, -1)), Vae, "'latent_parameters' has 4 channels; the denoiser's latents need 8" },
        { TextEncoder, OnnxBytes.Model(In("input_ids", I64, -1, -1), In("attention_mask", I64, -1, -1), Out("last_hidden_state", F32, -1, -1, Width)), TextEncoder, "Export the encoder with only 'input_ids'" },
        { TextEncoder, OnnxBytes.Model(In("input_ids", F32, -1, -1), Out("last_hidden_state", F32, -1, -1, Width)), TextEncoder, "'input_ids' must be Int64 or Int32" },
        { TextEncoder, OnnxBytes.Model(In("input_ids", I64, -1, 99), Out("last_hidden_state", F32, -1, -1, Width)), TextEncoder, "12 tokens against 99" },
        { TextEncoder, OnnxBytes.Model(In("input_ids", I64, -1, -1), Out("pooler_output", F32, -1, Width)), TextEncoder, "it must put out 'last_hidden_state'" },
    };

    public static TheoryData<string, string, string> Configs => new()
    {
        { TextConfig, """{ "vocab_size": 50 }""", "vocab_size is 50, but the tokenizer has the token id" },
        { VaeConfig, """{ "scaling_factor": 1 }""", "the size of the images is unknown" },
        { VaeConfig, """{ "block_out_channels": [1,1,1,1,1,1,1,1,1,1,1,1,1,1] }""", "larger than any model's" },
        { VaeConfig, """{ "block_out_channels": [1,1,1], "scaling_factor": "big" }""", "scaling_factor must be a number" },
        { UnetConfig, """{ "in_channels": 4 }""", "sample_size is missing" },
        { Classifier, """{ "template": "a photo" }""", "template has no {label}" },
        { Scheduler, """{ "_class_name": "FlowMatchEulerDiscreteScheduler" }""", "use Stable Diffusion 1.x or 2.x, or DiT" },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void A_graph_that_cannot_work_is_refused_with_the_file_and_the_reason(string file, byte[] graph, string fault, string reason)
    {
        using SyntheticBundle bundle = Text().Write(file, graph);

        AssertRefused(bundle, fault, reason);
    }

    [Theory]
    [InlineData(9, 4, Unet, "an inpainting U-Net (9 input channels: a latent, a mask and a masked latent) cannot classify a whole image: use the base model, with 4 channels")]
    [InlineData(8, 4, Unet, "it takes 8 channels and predicts 4")]
    [InlineData(8, 8, VaeConfig, "latent_channels is 4; the denoiser takes 8 channels")]
    public void A_denoiser_that_wants_more_than_a_latent_is_refused_with_what_to_use_instead(int channels, int predicted, string fault, string reason)
    {
        using SyntheticBundle bundle = Text()
            .Write(Unet, OnnxBytes.Model(Sample(channels), Timestep(), States(), Prediction(predicted)))
            .Write(UnetConfig, $$"""{ "in_channels": {{channels}}, "sample_size": 16 }""")
            .Write(Vae, OnnxBytes.Model(In("sample", F32, -1, 3, -1, -1), Out("latent_parameters", F32, -1, -1, -1, -1)));

        AssertRefused(bundle, fault, reason);
    }

    [Theory]
    [MemberData(nameof(Configs))]
    public void A_value_that_cannot_work_is_refused_with_the_file_and_the_reason(string file, string json, string reason)
    {
        using SyntheticBundle bundle = Text().Write(file, json);

        AssertRefused(bundle, file, reason);
    }

    [Theory]
    [InlineData("tokenizer", "tokenizer", "the folder is missing")]
    [InlineData("vae_encoder", Unet, "without vae_encoder/ a model must see RGB images, not 4 channels")]
    [InlineData("text_encoder", Unet, "has no input 'class_labels'")]
    public void A_missing_part_is_refused_with_the_reason(string part, string fault, string reason)
    {
        using SyntheticBundle bundle = Text().Remove(part);

        AssertRefused(bundle, fault, reason);
    }

    [Fact]
    public void A_second_text_encoder_is_refused_by_name()
    {
        using SyntheticBundle bundle = Text().Write("text_encoder_2/model.onnx", "");

        AssertRefused(bundle, "text_encoder_2", "use an export of Stable Diffusion 1.x or 2.x");
    }

    [Fact]
    public void A_DiT_with_other_classes_than_its_table_is_refused()
    {
        using SyntheticBundle bundle = Classes().Write(TransformerConfig, """{ "in_channels": 4, "sample_size": 16, "num_embeds_ada_norm": 1000 }""");

        AssertRefused(bundle, TransformerConfig, "num_embeds_ada_norm is 1000, but model_index.json names 3 classes");
    }

    [Fact]
    public void A_range_of_the_one_timestep_that_says_nothing_is_refused()
    {
        using SyntheticBundle bundle = Text().Write(Scheduler, """{ "rescale_betas_zero_snr": true, "prediction_type": "v_prediction" }""").Write(Classifier, """{ "timestepRange": [999, 1000] }""");

        AssertRefused(bundle, Classifier, "every label has the same error");
    }

    private static void AssertRefused(SyntheticBundle bundle, string file, string reason)
    {
        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Contains(reason, exception.Reason, StringComparison.Ordinal);
        Assert.Equal(bundle.PathOf(file), exception.File);
    }
}
