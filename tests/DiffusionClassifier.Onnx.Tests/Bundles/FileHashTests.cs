using System.Text.Json;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Tests.Sessions;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>The sha256 of a bundle's files in its classifier.json: checked when it is loaded, and written.</summary>
public class FileHashTests
{
    private const string Classifier = "classifier.json", Index = "model_index.json", Scheduler = "scheduler/scheduler_config.json", Weights = "unet/weights.pb";

    [Fact]
    public void Files_that_are_as_listed_are_reported()
    {
        using PairBundle bundle = new PairBundle().List((Index, null), (PairBundle.Decoder, null));

        Assert.Equal([Index, PairBundle.Decoder], bundle.Load().VerifiedFiles);
        Assert.Equal([Index, PairBundle.Decoder], BundleInspector.Inspect(bundle.Folder).VerifiedFiles);
    }

    [Fact]
    public void A_hash_in_upper_case_is_the_same()
    {
        using var bundle = new PairBundle();
        bundle.List((Index, bundle.Hash(Index).ToUpperInvariant()));

        Assert.Equal([Index], bundle.Load().VerifiedFiles);
    }

    [Theory]
    [InlineData(Index)]
    [InlineData(PairBundle.Encoder)]
    [InlineData(Weights)] // beside a graph
    public void A_listed_file_that_differs_by_one_bit_is_refused_with_both_hashes(string file)
    {
        using PairBundle bundle = new PairBundle().Write(Weights, [1, 2, 3]).List((Scheduler, null), (file, null));
        string expected = bundle.Hash(file);
        byte[] bytes = File.ReadAllBytes(bundle.PathOf(file));
        bytes[^1] ^= 1;
        bundle.Write(file, bytes);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(file), exception.File);
        Assert.Contains($"its SHA-256 is {bundle.Hash(file)[..12]}…, but classifier.json lists {expected[..12]}…", exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_listed_is_not_checked()
    {
        using PairBundle bundle = new PairBundle().List((Index, null));
        File.AppendAllText(bundle.PathOf(Scheduler), "\n");

        Assert.Equal([Index], bundle.Load().VerifiedFiles);
    }

    [Fact]
    public void A_listed_file_that_is_missing_is_refused()
    {
        using PairBundle bundle = new PairBundle().List((PairBundle.Whole, null)).Without(PairBundle.Whole); // which the pair makes needless

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal((bundle.PathOf(PairBundle.Whole), "the file is missing; classifier.json lists its SHA-256."), (exception.File, exception.Reason));
    }

    [Theory]
    [InlineData("""{"sha256": {"model_index.json": "1234"}}""", "sha256.model_index.json must be a SHA-256: 64 hexadecimal digits")]
    [InlineData("""{"sha256": {"model_index.json": "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"}}""", "64 hexadecimal digits")]
    [InlineData("""{"sha256": {"model_index.json": 1}}""", "sha256.model_index.json must be a string")]
    [InlineData("""{"sha256": {"model_index.json": null}}""", "64 hexadecimal digits")]
    [InlineData("""{"sha256": ["model_index.json"]}""", "sha256 must be an object")]
    [InlineData("""{"sha256": {"../other": "0000000000000000000000000000000000000000000000000000000000000000"}}""", "sha256.../other is not a file of the bundle")]
    [InlineData("""{"sha256": {"/etc/hostname": "0000000000000000000000000000000000000000000000000000000000000000"}}""", "is not a file of the bundle")]
    [InlineData("""{"sha256": {"": "0000000000000000000000000000000000000000000000000000000000000000"}}""", "is not a file of the bundle")]
    public void An_entry_that_is_no_hash_of_a_file_is_refused_by_name(string classifier, string reason)
    {
        using PairBundle bundle = new PairBundle().Write(Classifier, System.Text.Encoding.UTF8.GetBytes(classifier));

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Equal(bundle.PathOf(Classifier), exception.File);
        Assert.Contains(reason, exception.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_holds_what_the_program_reads()
    {
        using PairBundle bundle = new PairBundle().Write("README.md", [1]).Write("unet/.cache", [1]).Write(".git/HEAD", [1]).Write(Weights, [1]);

        HashWriter.Write(bundle.Folder, File.WriteAllBytes);

        Assert.Equal([Index, Scheduler, "unet/config.json", PairBundle.Decoder, PairBundle.Encoder, PairBundle.Whole, Weights], bundle.Load().VerifiedFiles);
    }

    [Theory]
    [InlineData("{}", "{\n  \"sha256\": LIST\n}")]
    [InlineData("{\"license\": \"MIT\", \"timestepRange\": [150, 850]}", "{\"license\": \"MIT\", \"timestepRange\": [150, 850],\n  \"sha256\": LIST}")]
    [InlineData("{\n  \"license\": \"MIT\", // é\n}\n", "{\n  \"license\": \"MIT\",\n  \"sha256\": LIST, // é\n}\n")]
    [InlineData("{\"sha256\": {\"old\": \"1\"}, \"recommended\": {\"trials\": 7}}", "{\"sha256\": LIST, \"recommended\": {\"trials\": 7}}")]
    public void Listing_hashes_leaves_everything_else_in_the_file_as_it_was(string before, string after)
    {
        using PairBundle bundle = new PairBundle().Write(Classifier, System.Text.Encoding.UTF8.GetBytes(before));

        HashWriter.Write(bundle.Folder, File.WriteAllBytes);

        string text = File.ReadAllText(bundle.PathOf(Classifier));
        using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        Assert.Equal(after.Replace("LIST", document.RootElement.GetProperty("sha256").GetRawText(), StringComparison.Ordinal), text);
        Assert.Equal(6, bundle.Load().VerifiedFiles.Count);
    }

    [Fact]
    public void A_changed_file_is_listed_anew()
    {
        using var bundle = new PairBundle();
        HashWriter.Write(bundle.Folder, File.WriteAllBytes);
        string first = File.ReadAllText(bundle.PathOf(Classifier));
        File.AppendAllText(bundle.PathOf(Scheduler), "\n");
        Assert.Throws<BundleException>(() => bundle.Load());

        HashWriter.Write(bundle.Folder, File.WriteAllBytes);

        Assert.NotEmpty(bundle.Load().VerifiedFiles);
        Assert.Equal(first.Length, File.ReadAllText(bundle.PathOf(Classifier)).Length);
    }

    [Fact]
    public void Nothing_is_written_into_a_folder_that_is_no_bundle()
    {
        using PairBundle bundle = new PairBundle().Without(Index);

        Assert.Throws<BundleException>(() => HashWriter.Write(bundle.Folder, File.WriteAllBytes));

        Assert.False(File.Exists(bundle.PathOf(Classifier)));
    }
}
