using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Tests.Graphs;

using static DiffusionClassifier.Onnx.Tests.Bundles.SyntheticBundle;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>Exports of before optimum have no config.json beside their graphs: what graph and weights tell is taken, with a warning.</summary>
public sealed class LostConfigTests
{
    private const string Epsilon = """{ "_class_name": "PNDMScheduler", "beta_schedule": "scaled_linear", "prediction_type": "epsilon" }""";
    private const string Velocity = """{ "_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear", "prediction_type": "v_prediction" }""";
    private const string Silent = """{ "_class_name": "PNDMScheduler", "beta_schedule": "scaled_linear" }""";

    [Theory]
    [InlineData(768, Silent, 64, "Stable Diffusion 1.x")]
    [InlineData(768, Epsilon, 64, "Stable Diffusion 1.x")]
    [InlineData(1024, Epsilon, 64, "Stable Diffusion 2.x (512 pixels)")]
    [InlineData(1024, Velocity, 96, "Stable Diffusion 2.x (768 pixels)")]
    public void A_text_model_of_a_known_width_has_its_familys_sizes_and_a_warning_names_them(int width, string scheduler, int size, string family)
    {
        using SyntheticBundle bundle = OldLayout(width, scheduler);

        ModelManifest manifest = bundle.Load().Manifest;

        Assert.Equal((new LatentShape(4, size, size), 8 * size, 0.18215), (manifest.Latent, manifest.Preprocessing.Size, manifest.LatentScale));
        Assert.Contains(manifest.Warnings, warning => warning.Contains($"the model is {family}, with latents of 4×{size}×{size}", StringComparison.Ordinal));
        Assert.Contains(manifest.Warnings, warning => warning.Contains("scaling_factor", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1024, Silent, 320, "sample_size")] // 64, or 96?
    [InlineData(768, Velocity, 320, "sample_size")] // no Stable Diffusion 1 predicts v
    [InlineData(2048, Epsilon, 320, "sample_size")]
    [InlineData(768, Epsilon, 128, "sample_size")] // smaller than Stable Diffusion
    public void Where_several_sizes_are_possible_the_file_to_fetch_is_named(int width, string scheduler, int features, string unknown)
    {
        using SyntheticBundle bundle = OldLayout(width, scheduler, features);

        var exception = Assert.Throws<BundleException>(bundle.Load);

        Assert.Equal(bundle.PathOf(UnetConfig), exception.File);
        Assert.Contains(unknown, exception.Reason, StringComparison.Ordinal);
        Assert.Contains("copy it from the model's source, where it is in the folder 'unet'", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_of_channels_that_neither_graph_nor_weights_tell_is_asked_for()
    {
        using SyntheticBundle bundle = OldLayout(768, Epsilon)
            .Write(Unet, OnnxBytes.Model(Sample(channels: -1), Timestep(), States(width: 768), Prediction(-1)));

        var exception = Assert.Throws<BundleException>(bundle.Load);

        Assert.Contains("in_channels", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_inpainting_model_is_told_by_its_weights()
    {
        using SyntheticBundle bundle = OldLayout(768, Epsilon).Write(Unet, OnnxBytes.Model(
            In("sample", F32, -1, -1, 64, 64), Timestep(), States(width: 768), Prediction(-1), OnnxBytes.Initializer("conv_in.weight", 320, 9, 3, 3),
            OnnxBytes.Initializer("conv_out.weight", 4, 320, 3, 3)));

        var exception = Assert.Throws<BundleException>(bundle.Load);

        Assert.Contains("an inpainting U-Net (9 input channels", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_that_the_graph_fixes_need_no_family()
    {
        using SyntheticBundle bundle = Text()
            .Write(Unet, OnnxBytes.Model(In("sample", F32, -1, 4, 32, 32), Timestep(), States(), Prediction()));
        File.Delete(bundle.PathOf(UnetConfig));

        ModelManifest manifest = bundle.Load().Manifest;

        Assert.Equal(new LatentShape(4, 32, 32), manifest.Latent);
        Assert.Contains("unet/config.json is missing: the sizes that it would give are taken from the graph.", manifest.Warnings);
    }

    [Fact]
    public void The_scale_of_a_VAE_with_other_latents_is_never_guessed()
    {
        using SyntheticBundle bundle = Text()
            .Write(Unet, OnnxBytes.Model(In("sample", F32, -1, 16, 32, 32), Timestep(), States(), Prediction(16)))
            .Write(UnetConfig, """{ "in_channels": 16, "sample_size": 32 }""")
            .Write(Vae, OnnxBytes.Model(In("sample", F32, -1, 3, -1, -1), Out("latent_parameters", F32, -1, 32, -1, -1)))
            .Write(VaeConfig, """{ "block_out_channels": [8, 8, 8, 8] }""");

        var exception = Assert.Throws<BundleException>(bundle.Load);

        Assert.Equal(bundle.PathOf(VaeConfig), exception.File);
        Assert.Contains("must have scaling_factor", exception.Reason, StringComparison.Ordinal);
    }

    // As convert_stable_diffusion_checkpoint_to_onnx.py writes it: every axis of the sample symbolic, a draw of the VAE, no config.json.
    private static SyntheticBundle OldLayout(int width, string scheduler, int features = 320)
    {
        SyntheticBundle bundle = Text()
            .Write(Unet, OnnxBytes.Model(In("sample", F32, -1, -1, -1, -1), In("timestep", F32, -1), States(width: width),
                Out("out_sample", F32, -1, -1, -1, -1), OnnxBytes.Initializer("conv_in.weight", features, 4, 3, 3),
                OnnxBytes.Initializer("conv_out.weight", 4, features, 3, 3)))
            .Write(TextEncoder, OnnxBytes.Model(In("input_ids", I32, -1, -1), Out("last_hidden_state", F32, -1, -1, width)))
            .Write(Vae, OnnxBytes.Model([In("sample", F32, -1, -1, -1, -1), Out("latent_sample", F32, -1, -1, -1, -1),
                .. Enumerable.Range(0, 3).Select(block => OnnxBytes.Initializer($"encoder.down_blocks.{block}.downsamplers.0.conv.weight", 128, 128, 3, 3))]))
            .Write(Scheduler, scheduler);
        foreach (string config in (string[])[UnetConfig, TextConfig, VaeConfig])
            File.Delete(bundle.PathOf(config));
        return bundle;
    }
}
