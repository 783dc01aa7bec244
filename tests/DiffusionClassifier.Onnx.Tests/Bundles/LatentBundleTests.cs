using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Tests.Graphs;
using static DiffusionClassifier.Onnx.Tests.Bundles.SyntheticBundle;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>What the loader makes of latent bundles, text-conditional and class-conditional.</summary>
public class LatentBundleTests
{
    [Fact]
    public void Everything_about_a_text_bundle_is_read_from_its_files()
    {
        using SyntheticBundle bundle = Text().Write(Classifier, """{ "template": "a photo of a {label}." }""");

        Bundle loaded = bundle.Load();

        ModelManifest manifest = loaded.Manifest;
        Assert.Equal((ConditioningKind.Text, "a photo of a {label}."), (manifest.Conditioning, manifest.Template));
        Assert.Empty(manifest.Classes);
        Assert.Equal(new LatentShape(4, 16, 16), manifest.Latent);
        Assert.Equal((0.5, 0.25), (manifest.LatentScale, manifest.LatentShift));
        Assert.Equal(new ImagePreprocessing(64), manifest.Preprocessing); // three blocks: two halvings
        Assert.False(manifest.LearnedVariance || manifest.ScalarTimestep || manifest.LastTimestepLeftOut);
        Assert.Equal((0, 1000), (manifest.TimestepFrom, manifest.TimestepTo));
        Assert.Empty(manifest.Warnings);
        Assert.Equal((Tokens, Width), (loaded.Model.Text!.Tokens, loaded.Model.Text.Width));
    }

    [Fact]
    public void A_DiT_has_learned_variance_its_own_crop_and_a_null_class_after_the_classes()
    {
        using SyntheticBundle bundle = Classes();

        ModelManifest manifest = bundle.Load().Manifest;

        Assert.Equal(["cat (0)", "dog", "cat (2)"], manifest.Classes);
        Assert.Equal(3, manifest.NullClass);
        Assert.True(manifest.LearnedVariance);
        Assert.Equal(ImageCrop.Dit, manifest.Preprocessing.Crop);
        Assert.Equal(ImageCrop.Sd, bundle.Write(Classifier, """{ "crop": "sd" }""").Load().Manifest.Preprocessing.Crop);
    }

    [Theory]
    [InlineData("""{ "latent_channels": 4, "sample_size": 96, "scaling_factor": 1 }""", -1, -1, 96)]
    [InlineData("""{ "latent_channels": 4, "scaling_factor": 1 }""", 256, 32, 128)]
    [InlineData("""{ "latent_channels": 4, "scaling_factor": 1, "block_out_channels": [1, 2, 3, 4] }""", -1, -1, 128)]
    public void The_size_of_the_image_follows_from_the_latent_and_the_VAE(string config, long graphImage, long graphLatent, int expected)
    {
        using SyntheticBundle bundle = Text().Write(VaeConfig, config);
        if (graphImage > 0)
        {
            // The graph is fixed to the size that the denoiser's latents need, else it is refused.
            bundle.Write(Vae, OnnxBytes.Model(In("sample", F32, 1, 3, graphImage, graphImage), Out("latent_parameters", F32, 1, 8, graphLatent, graphLatent)))
                .Write(UnetConfig, $$"""{ "in_channels": 4, "sample_size": {{graphLatent}} }""");
            expected = (int)graphImage;
        }

        Assert.Equal(expected, bundle.Load().Manifest.Preprocessing.Size);
    }

    [Fact]
    public void Without_a_scaling_factor_that_of_Stable_Diffusion_is_used_with_a_warning()
    {
        using SyntheticBundle bundle = Text().Write(VaeConfig, """{ "block_out_channels": [8, 8] }""");

        ModelManifest manifest = bundle.Load().Manifest;

        Assert.Equal(0.18215, manifest.LatentScale);
        Assert.Contains("scaling_factor", Assert.Single(manifest.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_VAE_that_draws_its_latents_warns_that_answers_may_differ()
    {
        using SyntheticBundle bundle = Text().Write(Vae, OnnxBytes.Model(In("sample", F32, -1, 3, -1, -1), Out("latent_sample", F32, -1, -1, -1, -1)));

        Assert.Contains("may differ a little from run to run", Assert.Single(bundle.Load().Manifest.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[0], -1, true)]
    [InlineData(new long[] { 1 }, -1, true)]
    [InlineData(new long[] { 1 }, 4, true)]
    [InlineData(new long[] { 1 }, 1, false)]
    [InlineData(new long[] { -1 }, -1, false)]
    public void A_timestep_of_rank_0_or_of_one_element_for_a_batch_is_scalar(long[] timestep, long batch, bool scalar)
    {
        using SyntheticBundle bundle = Text().Write(Unet, OnnxBytes.Model(Sample(batch: batch), In("timestep", F16, timestep), States(), Prediction()));

        Assert.Equal(scalar, bundle.Load().Manifest.ScalarTimestep);
    }

    [Fact]
    public void Half_precision_is_named()
    {
        using SyntheticBundle bundle = Text().Write(Unet, OnnxBytes.Model(Sample(element: F16), Timestep(), States(), Prediction()));

        Assert.Equal("float16", bundle.Load().Manifest.DataType);
    }

    [Theory]
    [InlineData("v_prediction", 999)]
    [InlineData("sample", 999)]
    [InlineData("epsilon", 1000)]
    public void With_zero_terminal_SNR_the_last_timestep_is_left_out_where_it_says_nothing(string prediction, int expected)
    {
        using SyntheticBundle bundle = Text().Write(Scheduler, $$"""{ "_class_name": "DDIMScheduler", "rescale_betas_zero_snr": true, "prediction_type": "{{prediction}}" }""");

        ModelManifest manifest = bundle.Load().Manifest;

        Assert.Equal((expected, expected == 999), (manifest.TimestepTo, manifest.LastTimestepLeftOut));
        Assert.Equal(expected == 999 ? 1 : 0, manifest.Warnings.Count(warning => warning.Contains("Timestep 999", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("v_prediction", true)]
    [InlineData("v_prediction", false)]
    public void With_zero_terminal_SNR_a_range_of_its_own_is_cut_only_at_the_end(string prediction, bool toTheEnd)
    {
        using SyntheticBundle bundle = Text()
            .Write(Scheduler, $$"""{ "rescale_betas_zero_snr": true, "prediction_type": "{{prediction}}" }""")
            .Write(Classifier, $$"""{ "timestepRange": [100, {{(toTheEnd ? 1000 : 900)}}] }""");

        Assert.Equal(toTheEnd ? 999 : 900, bundle.Load().Manifest.TimestepTo);
    }
}
