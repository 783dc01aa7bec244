using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Tests.Graphs;

using static DiffusionClassifier.Onnx.Tests.Bundles.SyntheticBundle;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>Models that cannot classify, though their folders look like it, are refused by name; those that can, but badly, come with a warning.</summary>
public sealed class ForeignModelTests
{
    public static TheoryData<byte[], string> Inputs => new()
    {
        { In("down_block_additional_residuals_0", F32, -1, 320, -1, -1), "It takes the residuals of a ControlNet" },
        { In("mid_block_additional_residual", F32, -1, 1280, -1, -1), "It takes the residuals of a ControlNet" },
        { In("controlnet_cond", F32, -1, 3, -1, -1), "It belongs to a ControlNet, which wants a drawing beside the image" },
        { In("image_embeds", F32, -1, 1024), "It is told an image instead of a label" },
        { In("timestep_cond", F32, -1, 256), "It belongs to a distilled model (LCM)" },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void A_denoiser_that_is_told_something_else_is_refused_with_what_that_is(byte[] input, string reason)
    {
        using SyntheticBundle bundle = Text().Write(Unet, OnnxBytes.Model(Sample(), Timestep(), States(), input, Prediction()));

        AssertRefused(bundle, Unet, reason);
    }

    [Fact]
    public void A_ControlNet_alone_is_refused_by_name()
    {
        using SyntheticBundle bundle = Text().Remove("unet").Write("controlnet/model.onnx", "");

        AssertRefused(bundle, "", "A ControlNet alone is no model of images");
    }

    [Fact]
    public void A_pipeline_without_a_denoiser_is_refused_by_its_name()
    {
        using SyntheticBundle bundle = Text().Remove("unet").Write(SyntheticBundle.Index, """{ "_class_name": "WuerstchenPriorPipeline" }""");

        AssertRefused(bundle, "", "it is of a WuerstchenPriorPipeline");
    }

    [Fact]
    public void A_folder_that_can_only_draw_is_refused_with_the_part_that_it_lacks()
    {
        using SyntheticBundle bundle = Text().Remove("vae_encoder").Write("vae_decoder/model.onnx", "");

        AssertRefused(bundle, Unet, "The bundle has vae_decoder/ only");
    }

    [Fact]
    public void The_refiner_of_SDXL_is_refused_by_name()
    {
        using SyntheticBundle bundle = Text()
            .Write(Unet, OnnxBytes.Model(Sample(), Timestep(), States(), In("text_embeds", F32, -1, 1280), In("time_ids", F32, -1, 5), Prediction()));

        AssertRefused(bundle, Unet, "it is SDXL's refiner");
    }

    [Fact]
    public void A_FLUX_that_fills_or_follows_another_image_is_refused()
    {
        using SyntheticBundle bundle = Text().Remove("unet")
            .Write(Transformer, OnnxBytes.Model(In("hidden_states", F32, -1, -1, 384), Timestep(), States(), In("img_ids", I64, -1, 3), In("txt_ids", I64, -1, 3), Out("out_hidden_states", F32, -1, -1, 64)))
            .Write(TransformerConfig, """{ "in_channels": 384, "sample_size": 16 }""");

        AssertRefused(bundle, Transformer, "it takes tokens of 384 numbers and predicts 64");
    }

    [Fact]
    public void Operators_that_no_build_of_ONNX_Runtime_has_are_refused_with_what_to_export()
    {
        byte[] graph = OnnxBytes.Model(OnnxBytes.Node("MatMulOfFourBits", ["sample"], "out_sample"), Sample(), Timestep(), In("class_labels", I64, -1), Prediction(8));
        using SyntheticBundle bundle = Classes().Write(Transformer, graph);
        Bundle loaded = bundle.Load();

        var exception = Assert.Throws<BundleException>(() => new OnnxDiffusionModel(loaded, new OnnxOptions()));

        Assert.Contains("MatMulOfFourBits", exception.Reason, StringComparison.Ordinal);
        Assert.Contains("export it in float16 or float32", exception.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "_name_or_path": "stabilityai/sdxl-turbo" }""", """{ "_class_name": "DDIMScheduler" }""", "'turbo' in its name")]
    [InlineData("{}", """{ "_class_name": "LCMScheduler" }""", "its scheduler is LCMScheduler")]
    public void A_model_of_few_steps_comes_with_a_warning_that_says_why(string index, string scheduler, string sign)
    {
        using SyntheticBundle bundle = Text().Write(SyntheticBundle.Index, index).Write(Scheduler, scheduler);

        ModelManifest manifest = bundle.Load().Manifest;

        string warning = Assert.Single(manifest.Warnings);
        Assert.Contains(sign, warning, StringComparison.Ordinal);
        Assert.Contains("classify badly", warning, StringComparison.Ordinal);
    }

    private static void AssertRefused(SyntheticBundle bundle, string file, string reason)
    {
        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Contains(reason, exception.Reason, StringComparison.Ordinal);
        Assert.Equal(Path.TrimEndingDirectorySeparator(bundle.PathOf(file)), exception.File);
    }
}
