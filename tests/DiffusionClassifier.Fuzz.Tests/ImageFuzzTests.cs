using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Tests.Fuzzing;
using DiffusionClassifier.Onnx.Tests.Images;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Fuzz.Tests;

/// <summary>Weighs the whole process. tests/fuzz runs the same for longer.</summary>
public sealed class ImageFuzzTests(ITestOutputHelper output)
{
    private const int Seed = 1;
    private const long GrowthLimit = 32 << 20; // thousands of cases: a leak of one picture's pixels in each would be more than 50 MiB
    private const long PeakLimit = 256 << 20; // above what the process had before: more than the largest picture that a case can be

    [Theory]
    [InlineData(DecoderKind.Vips)]
    [InlineData(DecoderKind.ImageSharp)]
    public async Task Thousands_of_damaged_images_become_pixels_or_a_documented_error_in_flat_memory(DecoderKind kind)
    {
        var library = DecoderUnderTest.Of(kind);
        await using ImageTarget target = new(library);
        long before = ProcessMemory.Settled(target.ProcessId).Resident; // of the other decoder
        ProcessMemory.ForgetPeak();

        FuzzReport report = await FuzzRun.RunAsync(target, Seed, Enumerable.Range(0, library.FuzzCases), TestContext.Current.CancellationToken);

        output.WriteLine($"{report}");
        Assert.Equal(library.FuzzCases, report.Cases);
        // Neither too tame nor too wild to say something.
        foreach (string outcome in (string[])["decoded", nameof(ClassificationError.InvalidImage), nameof(ClassificationError.UnsupportedImageFormat), nameof(ClassificationError.ImageTooLarge)])
            Assert.True(report.Count(outcome) > library.FuzzCases / 200, $"'{outcome}' is too rare: {report}");
        Assert.True(report.Growth < GrowthLimit, $"Memory is not flat: {report}");
        Assert.True(report.Peak - before < PeakLimit, $"Memory is not bounded: {report}");
    }
}
