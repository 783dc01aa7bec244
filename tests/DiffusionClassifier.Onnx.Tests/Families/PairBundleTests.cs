using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Tests.Graphs;
using DiffusionClassifier.Onnx.Tests.Sessions;
using static DiffusionClassifier.Onnx.Tests.Bundles.SyntheticBundle;

namespace DiffusionClassifier.Onnx.Tests.Families;

/// <summary>What a bundle with an encoder and a decoder must hold.</summary>
public class PairBundleTests
{
    private const int Side = 8;

    public static TheoryData<string, byte[][], string> Encoders => new()
    {
        { "no sample", [Time(), Feature()], "no input 'sample'" },
        { "no timestep", [Image(), Feature()], "no input 'timestep'" },
        { "scalar timestep", [Image(), In("timestep", I64), Feature()], "'timestep' must be" },
        { "sees the class", [Image(), Time(), Labels(), Feature()], "class_labels Int64[?]. An encoder takes only 'sample' and 'timestep'" },
        { "fixed sample batch", [Image(batch: 1), Time(), Feature()], "the first axis of sample" },
        { "fixed timestep batch", [Image(), In("timestep", I64, 4), Feature()], "the first axis of timestep" },
    };

    public static TheoryData<string, byte[][], string> Decoders => new()
    {
        { "no slots", [Feature(input: true), Labels(), Epsilon()], "no input 'slots'" },
        { "slots of another type", [Feature(input: true), In("slots", F32, -1), Labels(), Epsilon()], "'slots' must be Int64 or Int32" },
        { "no label", [Feature(input: true), Slots(), Epsilon()], "no input 'class_labels'" },
        { "no feature", [Slots(), Labels(), Epsilon()], "takes none of the encoder's features" },
        { "a feature that there is not", [Feature(input: true), In("middle", F32, -1, 4), Slots(), Labels(), Epsilon()], "middle Float[?, 4]" },
        { "an input of another family", [Feature(input: true), In("guidance", F32, -1), Slots(), Labels(), Epsilon()], "does not have: guidance Float[?]." },
        { "a feature of another type", [In("image", F16, -1, 4), Slots(), Labels(), Epsilon()], "do not match" },
        { "a feature of another rank", [In("image", F32, -1, 4, 4), Slots(), Labels(), Epsilon()], "do not match" },
        { "a feature of another size", [In("image", F32, -1, 5), Slots(), Labels(), Epsilon()], "do not match" },
        { "a fixed feature batch", [In("image", F32, 1, 4), Slots(), Labels(), Epsilon()], "the first axis of image" },
        { "fixed rows", [Feature(input: true), In("slots", I64, 8), Labels(), Epsilon()], "the first axis of slots" },
        { "fixed label rows", [Feature(input: true), Slots(), In("class_labels", I64, 8), Epsilon()], "the first axis of class_labels" },
        { "one timestep for all rows", [Feature(input: true), Slots(), Labels(), In("timestep", I64), Epsilon()], "'timestep' must be" },
        { "no prediction", [Feature(input: true), Slots(), Labels()], "its first output must be" },
        { "another number of channels", [Feature(input: true), Slots(), Labels(), Out("epsilon", F32, -1, 4, Side, Side)], "it puts out 4 channels for 3" },
    };

    [Fact]
    public void Both_graphs_of_a_pair_are_read()
    {
        using var bundle = new PairBundle();

        Bundle loaded = bundle.Load();

        Assert.Equal(["noise", "image"], loaded.Model.Denoiser.Pair!.Features.Select(feature => feature.Name));
        Assert.Equal([-1, 3, Side, Side], loaded.Model.Denoiser.Pair.Features[0].Dimensions);
        Assert.Equal(new LatentShape(3, Side, Side), loaded.Manifest.Latent);
        Assert.False(loaded.Manifest.ScalarTimestep);
    }

    [Fact]
    public void A_file_of_weights_that_both_graphs_share_is_counted_once()
    {
        byte[] weights = OnnxBytes.External("v", "weights.bin", 4000, 1000), alike = OnnxBytes.External("v", "./weights.bin", 4000, 1000);
        using var bundle = new PairBundle()
            .Write(PairBundle.Encoder, OnnxBytes.Model(Image(), Time(), Feature(), weights))
            .Write(PairBundle.Decoder, OnnxBytes.Model(Feature(input: true), Slots(), Labels(), Epsilon(), alike))
            .Write("unet/weights.bin", new byte[4000]);

        long bytes = BundleInspector.Inspect(bundle.Folder).WeightBytes;

        Assert.Equal(4000 + new FileInfo(bundle.PathOf(PairBundle.Encoder)).Length + new FileInfo(bundle.PathOf(PairBundle.Decoder)).Length, bytes);
    }

    [Fact]
    public void Both_graphs_of_a_pair_are_listed_by_their_files()
    {
        using var bundle = new PairBundle();

        ModelReport report = BundleInspector.Inspect(bundle.Folder);

        Assert.Equal([PairBundle.Encoder, PairBundle.Decoder], report.Parts.Select(part => part.Name));
        Assert.Equal(report.Parameters, report.Parts.Sum(part => part.Parameters));
    }

    [Theory]
    [InlineData(PairBundle.Encoder)]
    [InlineData(PairBundle.Decoder)]
    public void A_missing_half_of_the_pair_is_named_whether_or_not_there_is_a_whole_graph(string missing)
    {
        using PairBundle whole = new PairBundle().Without(missing), alone = new PairBundle().Without(missing, PairBundle.Whole);
        foreach (PairBundle bundle in (PairBundle[])[whole, alone])
        {
            var exception = Assert.Throws<BundleException>(() => bundle.Load());

            Assert.Equal(bundle.PathOf(missing), exception.File);
            Assert.StartsWith("the file is missing", exception.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Encoders))]
    public void An_encoder_that_cannot_work_is_refused_with_the_file_and_the_reason(string _, byte[][] encoder, string reason)
    {
        Refuses(encoder, Decoder(), PairBundle.Encoder, reason);
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void A_decoder_that_cannot_work_is_refused_with_the_file_and_the_reason(string _, byte[][] decoder, string reason)
    {
        Refuses(Encoder(), decoder, PairBundle.Decoder, reason);
    }

    [Fact]
    public void A_feature_of_no_known_size_is_refused()
    {
        Refuses([Image(), Time(), Out("image", F32, -1, -1)], [In("image", F32, -1, -1), Slots(), Labels(), Epsilon()], PairBundle.Decoder, "must be fixed");
    }

    [Fact]
    public void Features_and_rows_that_name_their_batches_alike_are_refused()
    {
        byte[] slots = Slots();
        "image_size"u8.CopyTo(slots.AsSpan(slots.AsSpan().IndexOf("slots_size"u8)));

        Refuses(Encoder(), [Feature(input: true), slots, Labels(), Epsilon()], PairBundle.Decoder, "the first axes of 'image' and 'slots' have the same name, 'image_size'");
    }

    [Fact]
    public void A_feature_whose_size_one_graph_alone_knows_has_that_size()
    {
        foreach ((long given, long taken) in ((long, long)[])[(4, -1), (-1, 4)])
        {
            using PairBundle bundle = Create([Image(), Time(), Out("image", F32, -1, given)], [In("image", F32, -1, taken), Slots(), Labels(), Epsilon()]);

            Assert.Equal([-1, 4], Assert.Single(bundle.Load().Model.Denoiser.Pair!.Features).Dimensions);
        }
    }

    private static void Refuses(byte[][] encoder, byte[][] decoder, string file, string reason)
    {
        using PairBundle bundle = Create(encoder, decoder);

        var exception = Assert.Throws<BundleException>(() => bundle.Load());

        Assert.Contains(reason, exception.Reason, StringComparison.Ordinal);
        Assert.Equal(bundle.PathOf(file), exception.File);
    }

    private static PairBundle Create(byte[][] encoder, byte[][] decoder) =>
        new PairBundle().Write(PairBundle.Encoder, OnnxBytes.Model(encoder)).Write(PairBundle.Decoder, OnnxBytes.Model(decoder));

    private static byte[][] Encoder() => [Image(), Time(), Feature()];

    private static byte[][] Decoder() => [Feature(input: true), Slots(), Labels(), Epsilon()];

    private static byte[] Image(long batch = -1) => In("sample", F32, batch, 3, Side, Side);

    private static byte[] Time() => In("timestep", I64, -1);

    private static byte[] Feature(bool input = false) => input ? In("image", F32, -1, 4) : Out("image", F32, -1, 4);

    private static byte[] Slots() => In("slots", I64, -1);

    private static byte[] Labels() => In("class_labels", I64, -1);

    private static byte[] Epsilon() => Out("epsilon", F32, -1, 3, Side, Side);
}
