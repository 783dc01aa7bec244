namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>The reference's staged evaluation, every case of every image: answers of the whole engine on other exports of the same weights.</summary>
public sealed class StagedExportGoldenTests(ITestOutputHelper output)
{
    private const string Field = "results";

    private static readonly Tolerance HalfMeans = new(0, Relative: 6e-3);

    [Fact]
    public Task Other_exports_of_the_same_weights_give_the_golden_answer() =>
        new StagedAnswers("engine, from the image file, other export of the same weights", StagedAnswers.EndToEnd, output)
            .CheckFilesAsync(Field, GoldenBundle.All.Where(golden => !golden.IsOriginal && !golden.IsHalf));

    [Fact]
    public Task Half_precision_exports_give_nearly_the_golden_answer() =>
        new StagedAnswers("engine, from the image file, float16 (means of labels that went all the way in both)", HalfMeans, output)
            .CheckFilesAsync(Field, GoldenBundle.All.Where(golden => golden.IsHalf));
}
