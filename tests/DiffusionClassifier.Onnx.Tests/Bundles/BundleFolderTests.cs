using System.Text;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>Which folders of a folder are models, and what is said of the others.</summary>
public class BundleFolderTests
{
    private const string Index = "model_index.json", Classifier = "classifier.json";

    [Fact]
    public void One_broken_bundle_among_good_ones_is_left_out_alone()
    {
        using var bundle = new TemporaryBundle();
        Directory.CreateSymbolicLink(Path.Combine(bundle.Parent, "good"), TemporaryBundle.Original);
        bundle.Write(Classifier, Encoding.Latin1.GetBytes("""{"displayName": "Modèle"}"""));
        Directory.CreateDirectory(Path.Combine(bundle.Parent, "no bundle"));

        var folder = Open(bundle.Parent);

        Assert.Equal(["good"], folder.Manifests.Select(manifest => manifest.Id));
        Assert.Equal(bundle.PathOf(Classifier), Assert.Single(folder.Refused).File);
    }

    [Fact]
    public void Of_two_folders_that_differ_in_case_alone_the_second_is_left_out_with_the_reason()
    {
        using var bundle = new TemporaryBundle();
        Directory.CreateSymbolicLink(Path.Combine(bundle.Parent, "COPY"), TemporaryBundle.Original);

        var folder = Open(bundle.Parent);

        Assert.Equal(["COPY"], folder.Manifests.Select(manifest => manifest.Id)); // upper case sorts first, whatever the file system's order
        BundleException refused = Assert.Single(folder.Refused);
        Assert.Equal(bundle.Folder, refused.File);
        Assert.Contains("'COPY' has the same name except for upper and lower case", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sd15/unet/model.onnx", "an ONNX graph, unet/model.onnx: copy the file")]
    [InlineData("sd15/a/b/c.onnx", "an ONNX graph, a/b/c.onnx: copy the file")]
    [InlineData("sd15/unet/diffusion_pytorch_model.safetensors", "PyTorch's weights, unet/diffusion_pytorch_model.safetensors, and no ONNX graph: export the model to ONNX; 'optimum-cli")]
    [InlineData("sd15/v1-5-pruned.safetensors", "PyTorch's weights, v1-5-pruned.safetensors")]
    [InlineData("sd15/text_encoder/pytorch_model.bin", "PyTorch's weights, text_encoder/pytorch_model.bin")]
    [InlineData("sd15/v1-5-pruned.ckpt", "PyTorch's weights, v1-5-pruned.ckpt")]
    [InlineData("sd15/model.pt", "PyTorch's weights, model.pt")]
    [InlineData("sd15/sd-q8.gguf", "weights for other programs, sd-q8.gguf, and no ONNX graph: export the original model to ONNX")]
    [InlineData("sd15/unet/diffusion_flax_model.msgpack", "weights for other programs, unet/diffusion_flax_model.msgpack")]
    [InlineData("sd15/scheduler/scheduler_config.json", "a folder 'scheduler', and no ONNX graph")]
    [InlineData("sd15/snapshots/1a2b/model_index.json", "one below it has, snapshots/1a2b")]
    public void A_folder_that_looks_like_a_model_is_left_out_with_what_it_lacks_and_what_to_do(string file, string reason)
    {
        using var bundle = new TemporaryBundle();
        string path = Path.Combine(bundle.Parent, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");

        BundleFolder all = Open(bundle.Parent), alone = Open(Path.Combine(bundle.Parent, "sd15"));

        Assert.Equal(["copy"], all.Manifests.Select(manifest => manifest.Id));
        BundleException refused = Assert.Single(all.Refused);
        Assert.Equal(Path.Combine(bundle.Parent, "sd15"), refused.File);
        Assert.StartsWith("the folder has no model_index.json, which makes it a model, but ", refused.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);
        Assert.Empty(alone.Manifests);
        Assert.StartsWith("There is no model", alone.WhatIsMissing, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_an_index_that_is_named_itself_is_one_model_and_not_one_for_each_of_its_parts()
    {
        using var bundle = new TemporaryBundle();
        File.Delete(bundle.PathOf(Index));

        BundleFolder folder = Open(bundle.Folder);

        Assert.Equal(bundle.Folder, Assert.Single(folder.Refused).File);
        Assert.Contains(folder.Refused[0].Message, folder.WhatIsMissing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("training/plots/loss.png")]
    [InlineData("training/checkpoints/last.pt")]
    [InlineData("training/obj/Debug/cache.bin")]
    [InlineData("training/.git/unet.onnx")]
    [InlineData("README.md")]
    public void A_folder_that_does_not_look_like_a_model_is_passed_over(string file)
    {
        using var bundle = new TemporaryBundle();
        Directory.Delete(bundle.Folder, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(bundle.Parent, file))!);
        File.WriteAllText(Path.Combine(bundle.Parent, file), "");

        BundleFolder folder = Open(bundle.Parent);

        Assert.Empty(folder.Refused);
        Assert.Equal($"There is no model in {bundle.Parent}: a model is a folder with a model_index.json.", folder.WhatIsMissing);
    }

    [Fact]
    public void A_folder_of_bundles_that_is_missing_is_refused()
    {
        Assert.Throws<BundleException>(() => Open("/no/such/folder"));
    }

    [Fact]
    public void Of_several_folders_each_has_its_models_and_of_two_with_one_name_the_first_counts()
    {
        using TemporaryBundle first = new(), second = new();
        Directory.CreateSymbolicLink(Path.Combine(second.Parent, "other"), TemporaryBundle.Original);

        BundleFolder folders = Open(first.Parent, second.Parent), alone = Open(first.Folder, Path.Combine(second.Parent, "other"));

        Assert.Equal(["copy", "other"], folders.Manifests.Select(manifest => manifest.Id));
        Assert.Equal(["copy", "other"], alone.Manifests.Select(manifest => manifest.Id));
        BundleException refused = Assert.Single(folders.Refused);
        Assert.Equal(second.Folder, refused.File);
        Assert.Contains($"a model 'copy' in {first.Parent} already", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_says_how_large_its_graphs_and_weights_are_before_it_is_opened()
    {
        using var bundle = new TemporaryBundle();

        long bytes = Open(bundle.Folder).Manifests[0].WeightBytes;

        Assert.Equal(File.ReadAllBytes(bundle.PathOf(TemporaryBundle.Model)).Length + new FileInfo(bundle.PathOf(TemporaryBundle.Weights)).Length, bytes);
    }

    [Theory]
    [InlineData(TemporaryBundle.Weights)]
    [InlineData("scheduler/scheduler_config.json")]
    [InlineData("unet/new.txt")]
    public void A_model_whose_files_have_changed_since_they_were_read_is_not_opened(string file)
    {
        using var bundle = new TemporaryBundle();
        BundleFolder folder = Open(bundle.Folder);
        bundle.Write(file, "another");

        var exception = Assert.Throws<BundleException>(() => folder.Open("copy", new DeviceOptions()));

        Assert.Equal($"{file}: the file has changed since the server started: restart the server to serve the model as it is now.", folder.Explain("copy", exception));
    }

    [Fact]
    public void A_model_whose_settings_alone_have_changed_is_opened()
    {
        using var bundle = new TemporaryBundle();
        BundleFolder folder = Open(bundle.Folder);
        bundle.Write(Classifier, TemporaryBundle.Classifier.Replace("128", "64", StringComparison.Ordinal));

        using IDiffusionModel model = folder.Open("copy", new DeviceOptions());

        Assert.Equal(128, model.Manifest.DefaultTrials);
    }

    private static BundleFolder Open(params string[] folders) => new(folders, new OnnxOptions(), NullLogger<BundleFolder>.Instance);
}
