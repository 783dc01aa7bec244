using DiffusionClassifier.Onnx.Tokenizers;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>tests/fuzz runs the same for longer.</summary>
public sealed class TokenizerFuzzTests(ITestOutputHelper output)
{
    private const int Seed = 1, Cases = 3000;
    private const int LongTextLength = 400_000; // UTF-16 units

    // What is quadratic takes many minutes at this length, what is not a second: not a measurement.
    private static readonly TimeSpan HangLimit = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Units => ["a", "ab", "low", "!", "'", "'s", "1", " ", "\u0301", "\u0315\u0300\u05AE", "e\u0301", "\u1100\u1161", "👩\u200D", "\uD83D", "\0", FuzzTokenizer.End, "<|endof"];

    [Fact]
    public async Task Thousands_of_texts_become_start_tokens_end_and_padding()
    {
        await using TokenizerTarget target = new();

        FuzzReport report = await FuzzRun.RunAsync(target, Seed, Enumerable.Range(0, Cases), TestContext.Current.CancellationToken);

        output.WriteLine($"{report}");
        Assert.All((string[])["empty", "whole", "cut"], outcome => Assert.True(report.Count(outcome) > Cases / 100, $"'{outcome}' is too rare: {report}"));
    }

    [Theory]
    [MemberData(nameof(Units))]
    public async Task A_text_that_repeats_one_thing_without_end_takes_no_more_than_its_length(string unit)
    {
        ClipTokenizer tokenizer = new(FuzzTokenizer.Config(maxLength: 77));
        string text = string.Concat(Enumerable.Repeat(unit, LongTextLength / unit.Length));
        var ids = new long[tokenizer.MaxLength];

        int count = await Task.Run(() => tokenizer.Encode(text, ids)).WaitAsync(HangLimit, TestContext.Current.CancellationToken);

        Assert.InRange(count, string.IsNullOrWhiteSpace(text) ? 0 : 1, 3 * LongTextLength); // three bytes a UTF-16 unit at most
    }
}
