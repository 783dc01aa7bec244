namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>The reference's staged evaluation, every case of every image: answers of the whole engine on the reference's own bundles.</summary>
public sealed class StagedAnswerGoldenTests(ITestOutputHelper output)
{
    private static readonly Tolerance Means = new(1e-5);

    public static TheoryData<string> Fields => new() { "results", "adaptive_results" };

    [Theory]
    [MemberData(nameof(Fields))]
    public Task The_engine_given_the_latent_gives_the_golden_answer(string field) =>
        new StagedAnswers($"engine, latent given ({field})", Means, output).CheckLatentsAsync(field, GoldenBundle.Originals);

    [Theory]
    [MemberData(nameof(Fields))]
    public Task The_engine_given_the_file_gives_the_golden_answer(string field) =>
        new StagedAnswers($"engine, from the image file ({field})", StagedAnswers.EndToEnd, output).CheckFilesAsync(field, GoldenBundle.Originals);
}
