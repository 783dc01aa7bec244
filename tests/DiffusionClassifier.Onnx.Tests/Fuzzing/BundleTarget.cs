using System.Text;
using System.Text.Json;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Tests.Bundles;
using DiffusionClassifier.Onnx.Tests.Graphs;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>
/// Model folders with one damaged file: read, with sizes that can be, or refused with the file and the reason. ONNX Runtime is not asked:
/// what it makes of a damaged graph is its own affair (and the reason why the loader reads the header first).
/// </summary>
internal sealed class BundleTarget : FuzzTarget
{
    private const long AllocationLimit = 32 << 20; // files of at most some 100 kB
    private const int MaxBatch = 1 << 12, MaxSide = 1 << 13, MaxChannels = 1 << 24, TextIds = 32;

    private readonly SyntheticBundle[] _bundles = [
        SyntheticBundle.Text(), WithFastTokenizer(), WithExternalWeights(), Pixels(), Pair(),
        SyntheticFamilies.Sdxl(), SyntheticFamilies.StableDiffusion3(), SyntheticFamilies.Flux(), SyntheticFamilies.PixArt(),
    ];

    public override string Name => "bundles";

    /// <summary>A line that names the bundle and the file, then the file's bytes.</summary>
    public override FuzzInput Make(Random random)
    {
        int index = random.Next(_bundles.Length);
        List<string> files = Files(_bundles[index]);
        string file = random.Pick(random.Chance(0.5) ? files.FindAll(name => name.EndsWith(".onnx", StringComparison.Ordinal)) : files);
        byte[] bytes = File.ReadAllBytes(_bundles[index].PathOf(file));
        byte[] damaged = Path.GetExtension(file) switch
        {
            ".json" => JsonMutation.Mutate(bytes, random),
            ".onnx" or ".model" => ProtobufMutation.Mutate(bytes, random),
            _ => ByteMutations.Mutate(bytes, random),
        };
        return new FuzzInput([.. Encoding.UTF8.GetBytes($"{index} {file}\n"), .. damaged], file);
    }

    public override Task<string> CheckAsync(byte[] input, CancellationToken cancellationToken)
    {
        int line = input.AsSpan().IndexOf((byte)'\n');
        string[] place = Encoding.UTF8.GetString(input, 0, line).Split(' ', 2);
        SyntheticBundle bundle = _bundles[int.Parse(place[0], null)];
        byte[] original = File.ReadAllBytes(bundle.PathOf(place[1]));
        try
        {
            bundle.Write(place[1], input[(line + 1)..]);
            return Task.FromResult(Check(bundle));
        }
        finally
        {
            bundle.Write(place[1], original);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (SyntheticBundle bundle in _bundles)
            bundle.Dispose();
        await base.DisposeAsync();
    }

    private static string Check(SyntheticBundle folder)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string outcome;
        try
        {
            Bundle bundle = folder.Load();
            CheckManifest(bundle.Manifest);
            Assert.All((int?[])[bundle.Model.Denoiser.FixedBatch, .. (bundle.Model.Text?.Parts ?? []).Select(part => part.Encoder.FixedBatch), bundle.Model.Vae?.Batch], batch => Assert.InRange(batch ?? 1, 1, MaxBatch));
            foreach (TextPart part in bundle.Model.Text?.Parts ?? [])
                part.Encoder.Tokenizer.Encode("a cat's <start> \u00E9\U0001F600", new long[part.Encoder.Tokenizer.MaxLength]);
            Assert.NotEmpty(BundleInspector.Inspect(folder.Folder).Parts);
            outcome = "loaded";
        }
        catch (BundleException exception)
        {
            Assert.StartsWith(folder.Folder, exception.File, StringComparison.Ordinal);
            Assert.NotEmpty(exception.Reason);
            outcome = "refused";
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < AllocationLimit, $"{allocated} bytes were allocated.");
        return outcome;
    }

    private static void CheckManifest(ModelManifest manifest)
    {
        Assert.InRange(manifest.Latent.Channels, 1, MaxChannels);
        Assert.InRange(manifest.Latent.Height, 1, MaxSide);
        Assert.InRange(manifest.Latent.Width, 1, MaxSide);
        Assert.InRange(manifest.Preprocessing.Size, 1, MaxSide);
        Assert.InRange(manifest.TimestepFrom, 0, manifest.TimestepTo - 1);
        Assert.True(double.IsFinite(manifest.LatentScale) && double.IsFinite(manifest.LatentShift));
        Assert.True(manifest.DefaultTrials >= 1);
        Assert.All(manifest.Classes, name => Assert.False(string.IsNullOrWhiteSpace(name)));
    }

    private static List<string> Files(SyntheticBundle bundle) =>
        [.. Directory.EnumerateFiles(bundle.Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(bundle.Folder, file)).Order(StringComparer.Ordinal)];

    private static SyntheticBundle WithFastTokenizer()
    {
        Dictionary<string, string> files = FuzzTokenizer.Files(TextIds);
        var fast = new
        {
            added_tokens = new[] { new { id = 0, content = FuzzTokenizer.Start, normalized = false } },
            model = new
            {
                type = "BPE",
                end_of_word_suffix = "</w>",
                vocab = JsonDocument.Parse(files["vocab.json"]).RootElement,
                merges = files["merges.txt"].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1),
            },
        };
        return SyntheticBundle.Text().Remove("tokenizer")
            .Write("tokenizer/tokenizer.json", JsonSerializer.Serialize(fast))
            .Write("tokenizer/tokenizer_config.json", files["tokenizer_config.json"])
            .Write("tokenizer/special_tokens_map.json", files["special_tokens_map.json"]);
    }

    /// <summary>The sizes are in the graph alone.</summary>
    private static SyntheticBundle WithExternalWeights() => SyntheticBundle.Classes()
        .Write("transformer/weights.bin", new byte[64])
        .Write(SyntheticBundle.TransformerConfig, "{}")
        .Write(SyntheticBundle.Transformer, OnnxBytes.Model(
            SyntheticBundle.In("sample", SyntheticBundle.F32, 2, 4, 16, 16), SyntheticBundle.Timestep(), SyntheticBundle.In("class_labels", SyntheticBundle.I64, -1), SyntheticBundle.Prediction(8),
            OnnxBytes.Initializer("w", 2, 5), OnnxBytes.External("v", "weights.bin", 64, 16)));

    /// <summary>The same with an encoder and a decoder beside the graph, and a list of hashes.</summary>
    private static SyntheticBundle Pair()
    {
        SyntheticBundle bundle = Pixels()
            .Write("unet/encoder.onnx", OnnxBytes.Model(
                SyntheticBundle.In("sample", SyntheticBundle.F32, -1, 3, 32, 32), SyntheticBundle.Timestep(), SyntheticBundle.Out("features", SyntheticBundle.F32, -1, 8, 4)))
            .Write("unet/decoder.onnx", OnnxBytes.Model(
                SyntheticBundle.In("features", SyntheticBundle.F32, -1, -1, 4), SyntheticBundle.In("slots", SyntheticBundle.I64, -1), SyntheticBundle.Timestep(),
                SyntheticBundle.In("class_labels", SyntheticBundle.I64, -1), SyntheticBundle.Out("epsilon", SyntheticBundle.F32, -1, 3, 32, 32)));
        return bundle.Write("classifier.json", $$"""{ "sha256": { "scheduler/scheduler_config.json": "{{FileHashes.Compute(bundle.PathOf("scheduler/scheduler_config.json"))}}" } }""");
    }

    /// <summary>The shipped bundle's own JSON files, with a graph of inputs and outputs alone that fixes what sizes it can.</summary>
    private static SyntheticBundle Pixels()
    {
        SyntheticBundle bundle = SyntheticBundle.Classes().Remove("transformer").Remove("vae_encoder")
            .Write("unet/model.onnx", OnnxBytes.Model(
                SyntheticBundle.In("sample", SyntheticBundle.F32, -1, 3, 32, 32), SyntheticBundle.Timestep(), SyntheticBundle.In("class_labels", SyntheticBundle.I64, -1),
                SyntheticBundle.Out("epsilon", SyntheticBundle.F32, -1, 3, 32, 32)));
        foreach (string file in (string[])["model_index.json", "scheduler/scheduler_config.json", "unet/config.json"])
            bundle.Write(file, File.ReadAllBytes(Path.Combine(TemporaryBundle.Original, file)));
        return bundle.Write("classifier.json", TemporaryBundle.Classifier);
    }
}
