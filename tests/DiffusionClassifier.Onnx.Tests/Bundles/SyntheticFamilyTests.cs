using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Tests.Graphs;

using static DiffusionClassifier.Onnx.Tests.Bundles.SyntheticBundle;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>What the loader makes of the families that are told more than one thing.</summary>
public sealed class SyntheticFamilyTests
{
    [Fact]
    public void SDXL_is_told_two_encoders_side_by_side_a_projection_and_the_size_of_the_image()
    {
        using SyntheticBundle bundle = SyntheticFamilies.Sdxl();

        ModelContract model = bundle.Load().Model;

        Assert.Equal((Tokens, 2 * Width, 10, true), (model.Text!.Tokens, model.Text.Width, model.Text.PooledWidth, model.Text.ZerosForEmpty));
        Assert.Equal(["hidden_states.1", "hidden_states.1"], model.Text.Parts.Select(part => part.States!.Tensor.Name));
        Assert.Equal([64, 64, 0, 0, 64, 64], Input(model, "time_ids").Values);
    }

    [Fact]
    public void Stable_Diffusion_3_is_told_T5_after_both_CLIPs_and_zeros_in_the_place_of_what_is_left_out()
    {
        using SyntheticBundle whole = SyntheticFamilies.StableDiffusion3(), small = SyntheticFamilies.StableDiffusion3().Remove("text_encoder_3").Remove("tokenizer_3");

        (ModelContract model, Bundle without) = (whole.Load().Model, small.Load());

        Assert.Equal((Tokens + 256, 3 * Width), (model.Text!.Tokens, model.Text.Width));
        Assert.Equal([(0, 0, 0), (0, Width, 10), (Tokens, 0, 0)], model.Text.Parts.Select(part => (part.FirstToken, part.FirstFeature, part.FirstPooled)));
        Assert.Equal((Tokens + 256, 3 * Width), (without.Model.Text!.Tokens, without.Model.Text.Width));
        Assert.Contains("no text_encoder_3 (T5)", Assert.Single(without.Manifest.Warnings), StringComparison.Ordinal);
        Assert.Equal(1_000, model.Process[999].ModelTimestep, 9);
    }

    [Fact]
    public void FLUX_is_told_tokens_of_four_pixels_their_places_and_how_much_guidance()
    {
        using SyntheticBundle bundle = SyntheticFamilies.Flux();

        ModelContract model = bundle.Load().Model;

        Assert.Equal((new LatentShape(4, 16, 16), 2, 64), (model.Denoiser.Shape, model.Denoiser.Size.Patch, model.Denoiser.Size.Tokens));
        Assert.Equal([0, 0, 0, 0, 0, 1], Input(model, "img_ids").Values.Take(6));
        Assert.Equal([0, 7, 7], Input(model, "img_ids").Values.TakeLast(3));
        Assert.Equal([20, 3], Input(model, "txt_ids").Shape); // as long as the tokenizer says
        Assert.Equal([3.5], Input(model, "guidance").Values);
        Assert.Equal(1, model.Process[999].ModelTimestep, 9);
    }

    [Fact]
    public void A_FLUX_without_guidance_comes_with_a_warning_whatever_it_is_called()
    {
        using SyntheticBundle bundle = SyntheticFamilies.Flux().Write(TransformerConfig, """{ "in_channels": 16, "guidance_embeds": false }""");

        Assert.Contains("it takes no guidance, as FLUX.1-schnell", Assert.Single(bundle.Load().Manifest.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void PixArt_is_told_what_is_padding_and_the_size_of_the_image()
    {
        using SyntheticBundle bundle = SyntheticFamilies.PixArt();

        Bundle loaded = bundle.Load();

        Assert.True(loaded.Model.Text!.Masks);
        Assert.True(loaded.Manifest.LearnedVariance);
        Assert.Equal([64, 64], Input(loaded.Model, "resolution").Values);
        Assert.Equal([1], Input(loaded.Model, "aspect_ratio").Values);
    }

    [Theory]
    [InlineData("""{ "in_channels": 18 }""", TransformerConfig, "the graph is fixed to 16, but config.json says in_channels = 18")]
    [InlineData("""{ "in_channels": 16, "sample_size": 15 }""", TransformerConfig, "sample_size is 15; latents must be made of 2×2 pixels")]
    public void A_FLUX_whose_sizes_cannot_be_is_refused(string config, string file, string reason)
    {
        using SyntheticBundle bundle = SyntheticFamilies.Flux().Write(file, config);

        AssertRefused(bundle, reason);
    }

    [Fact]
    public void A_FLUX_whose_images_have_an_unknown_size_is_refused_with_the_file_that_would_say_it()
    {
        using SyntheticBundle bundle = SyntheticFamilies.Flux().Write(VaeConfig, """{ "block_out_channels": [8, 8, 8], "scaling_factor": 1 }""");

        AssertRefused(bundle, "sample_size is missing, and neither the graph nor vae_encoder/config.json fixes it.");
    }

    [Fact]
    public void A_PixArt_whose_encoder_takes_padding_for_words_is_refused()
    {
        using SyntheticBundle bundle = SyntheticFamilies.PixArt().Write(TextEncoder, OnnxBytes.Model(In("input_ids", I64, -1, -1), Out("last_hidden_state", F32, -1, -1, 3 * Width)));

        AssertRefused(bundle, "it has no input 'attention_mask': the encoder would take padding for words.");
    }

    [Fact]
    public void An_encoder_without_the_states_of_every_layer_is_refused_with_what_to_export()
    {
        using SyntheticBundle bundle = SyntheticFamilies.Sdxl().Write(TextEncoder, OnnxBytes.Model(In("input_ids", I64, -1, -1), Out("last_hidden_state", F32, -1, -1, Width)));

        AssertRefused(bundle, "it must put out the hidden states of every layer ('hidden_states.0', 'hidden_states.1', …)");
    }

    [Fact]
    public void A_Stable_Diffusion_3_that_was_exported_without_T5_is_refused_with_one_beside_it()
    {
        byte[] graph = OnnxBytes.Model(In("hidden_states", F32, -1, 4, -1, -1), In("timestep", F32, -1), States(Tokens, 3 * Width), In("pooled_projections", F32, -1, 20), Prediction());
        using SyntheticBundle bundle = SyntheticFamilies.StableDiffusion3().Write(Transformer, graph);

        AssertRefused(bundle, "the denoiser leaves room for 0 of its tokens");
    }

    [Theory]
    [InlineData(-1, 5, "do not fit into what the denoiser is told, 268 tokens of 5.")]
    [InlineData(1 << 20, 3 * Width, "the denoiser leaves room for 1048564 of its tokens")]
    public void What_encoders_give_must_have_its_place_in_what_the_denoiser_is_told(int tokens, int width, string reason)
    {
        byte[] graph = OnnxBytes.Model(In("hidden_states", F32, -1, 4, -1, -1), In("timestep", F32, -1), States(tokens, -1), In("pooled_projections", F32, -1, 20), Prediction());
        using SyntheticBundle bundle = SyntheticFamilies.StableDiffusion3().Write(Transformer, graph)
            .Write(TransformerConfig, $$"""{ "in_channels": 4, "sample_size": 16, "joint_attention_dim": {{width}} }""");

        AssertRefused(bundle, reason);
    }

    [Fact]
    public void A_flow_with_the_scheduler_of_another_model_is_refused()
    {
        using SyntheticBundle bundle = SyntheticFamilies.StableDiffusion3().Write(Scheduler, """{ "_class_name": "DDIMScheduler" }""");

        AssertRefused(bundle, "this denoiser follows a rectified flow, whose scheduler is FlowMatchEulerDiscreteScheduler");
    }

    [Fact]
    public void A_graph_that_rounds_noise_levels_comes_with_a_warning()
    {
        byte[] graph = OnnxBytes.Model(In("hidden_states", F32, -1, 4, -1, -1), In("timestep", F16, -1), States(width: 3 * Width), In("pooled_projections", F32, -1, 20), Prediction());
        using SyntheticBundle bundle = SyntheticFamilies.StableDiffusion3().Write(Transformer, graph), whole = Text().Write(Unet, OnnxBytes.Model(Sample(), In("timestep", F16, -1), States(), Prediction()));

        Assert.Contains("rounds the noise levels", Assert.Single(bundle.Load().Manifest.Warnings), StringComparison.Ordinal);
        Assert.Empty(whole.Load().Manifest.Warnings); // float16 has every whole number up to 2048
    }

    [Theory]
    [InlineData(24, 24)]
    [InlineData(-1, 20)] // a size that the graph computes: as many as the tokenizer is made for
    public void A_length_that_tracing_wrote_into_a_graph_is_found(long written, int expected)
    {
        byte[] constant = OnnxBytes.Node("Constant", [], "length", OnnxBytes.Bytes(5, [.. OnnxBytes.Text(1, "value"), .. OnnxBytes.Bytes(5, [.. OnnxBytes.Integer(1, 1), .. OnnxBytes.Integer(2, I64), .. OnnxBytes.Integer(7, written)])]));
        byte[] graph = OnnxBytes.Model(constant, OnnxBytes.Node("Concat", ["rows", "length"], "shape"), OnnxBytes.Node("Cast", ["encoder_attention_mask"], "mask"), OnnxBytes.Node("Reshape", ["mask", "shape"], "bias"),
            In("hidden_states", F32, -1, 4, 16, 16), Timestep(), States(width: 3 * Width), In("encoder_attention_mask", I64, -1, -1), Prediction(8));
        using SyntheticBundle bundle = SyntheticFamilies.PixArt().Write(Transformer, graph);

        Assert.Equal(expected, bundle.Load().Model.Text!.Tokens);
    }

    [Fact]
    public void A_T5_that_knows_fewer_tokens_than_its_tokenizer_is_refused()
    {
        using SyntheticBundle bundle = SyntheticFamilies.PixArt().Write(TextConfig, """{ "vocab_size": 5 }""");

        AssertRefused(bundle, "vocab_size is 5, but the tokenizer has the token id 16");
    }

    [Fact]
    public void Encoders_that_do_not_fit_the_denoiser_together_are_refused()
    {
        using SyntheticBundle bundle = SyntheticFamilies.Sdxl()
            .Write(Unet, OnnxBytes.Model(Sample(), Timestep(), States(width: 13), In("text_embeds", F32, -1, 10), In("time_ids", F32, -1, 6), Prediction()));

        AssertRefused(bundle, "do not match: 13 features per token against 12.");
    }

    private static DenoiserInput Input(ModelContract model, string name) => model.Denoiser.Inputs.Single(input => input.Tensor.Name == name);

    private static void AssertRefused(SyntheticBundle bundle, string reason) =>
        Assert.Contains(reason, Assert.Throws<BundleException>(() => bundle.Load()).Message, StringComparison.Ordinal);
}
