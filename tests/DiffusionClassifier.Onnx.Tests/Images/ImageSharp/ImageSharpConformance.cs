using DiffusionClassifier.Onnx.Tests.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images.ImageSharp;

/// <summary>All that holds for every decoder, on ImageSharp.</summary>
public static class ImageSharpConformance
{
    private static readonly DecoderUnderTest Library = DecoderUnderTest.ImageSharp;

    public sealed class Decoding() : ImageDecoderTests(Library);

    public sealed class Profiles() : ImageDecoderProfileTests(Library);

    public sealed class Robustness() : ImageDecoderRobustnessTests(Library);

    public sealed class Pictures() : PictureTests(Library);

    public sealed class Modes(ITestOutputHelper output) : ImageModeTests(Library, output);

    public sealed class Estimates() : DecodingMemoryTests(Library);

    public sealed class PreprocessGolden(ITestOutputHelper output) : PreprocessGoldenTests(Library, output);

    [Collection(nameof(RunsAlone))]
    public sealed class Memory() : ImageDecoderMemoryTests(Library);

    [Collection(nameof(RunsAlone))]
    public sealed class Panoramas(ITestOutputHelper output) : PanoramaTests(Library, output);
}
