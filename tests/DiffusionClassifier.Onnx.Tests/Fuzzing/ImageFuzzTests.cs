using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>Runs alone, as it weighs the whole process. tests/fuzz runs the same for longer.</summary>
[Collection(nameof(ImageFuzzTests))]
[CollectionDefinition(nameof(ImageFuzzTests), DisableParallelization = true)]
public sealed class ImageFuzzTests(ITestOutputHelper output)
{
    private const int Seed = 1, Cases = 10_000;
    private const long GrowthLimit = 32 << 20; // 9,000 cases: a leak of one picture's pixels in each would be more than 100 MiB
    private const long PeakLimit = 256 << 20; // above what the process had before: more than the largest picture that a case can be

    [Fact]
    public async Task Ten_thousand_damaged_images_become_pixels_or_a_documented_error_in_flat_memory()
    {
        await using ImageTarget target = new();
        long before = ProcessMemory.Settled(target.ProcessId).Resident; // of whatever tests ran here
        ProcessMemory.ForgetPeak();

        FuzzReport report = await FuzzRun.RunAsync(target, Seed, Enumerable.Range(0, Cases), TestContext.Current.CancellationToken);

        output.WriteLine($"{report}");
        Assert.Equal(Cases, report.Cases);
        // Neither too tame nor too wild to say something.
        foreach (string outcome in (string[])["decoded", nameof(ClassificationError.InvalidImage), nameof(ClassificationError.UnsupportedImageFormat), nameof(ClassificationError.ImageTooLarge)])
            Assert.True(report.Count(outcome) > Cases / 200, $"'{outcome}' is too rare: {report}");
        Assert.True(report.Growth < GrowthLimit, $"Memory is not flat: {report}");
        Assert.True(report.Peak - before < PeakLimit, $"Memory is not bounded: {report}");
    }
}
