using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>The fuzzing itself, on targets that break where these tests say.</summary>
public sealed class FuzzRunTests : IDisposable
{
    private const int Seed = 3, Cases = 2000;
    private const string Name = "marks";

    public void Dispose()
    {
        // Nobody is to take them for failures.
        foreach (FileInfo file in Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "fuzz")).EnumerateFiles($"{Name}-*"))
            file.Delete();
    }

    [Fact]
    public void A_seed_gives_the_same_cases_each_time_and_another_seed_others()
    {
        MarkTarget target = new();

        byte[][] first = [.. Enumerable.Range(0, 50).Select(number => FuzzRun.Case(target, Seed, number).Input.Bytes)];

        Assert.Equal(first, Enumerable.Range(0, 50).Select(number => FuzzRun.Case(target, Seed, number).Input.Bytes));
        Assert.All(first.Index(), @case => Assert.NotEqual(@case.Item, FuzzRun.Case(target, Seed + 1, @case.Index).Input.Bytes));
    }

    [Fact]
    public void The_choices_of_a_case_make_it_again()
    {
        MarkTarget target = new();

        FuzzCase made = FuzzRun.Case(target, Seed, number: 7);

        Assert.Equal(made.Input.Bytes, target.Make(new ChoiceRandom(made.Choices)).Bytes);
    }

    [Fact]
    public async Task A_failure_shrinks_to_the_smallest_input_that_fails_and_says_where_it_is()
    {
        MarkTarget target = new();

        FuzzException failure = await FailAsync(target);

        byte[] smallest = Smallest(failure);
        Assert.Equal([.. new byte[MarkTarget.From], MarkTarget.Mark], smallest);
        Assert.True(target.Tried.Max(input => input.Length) > 100);
        Assert.Contains($"--target {target.Name} --seed {Seed} --case ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("CsCheck's seed ", failure.Message, StringComparison.Ordinal);
        Assert.Equal("Marked.", failure.InnerException!.Message);
    }

    [Fact]
    public async Task A_failure_shrinks_the_same_way_each_time()
    {
        MarkTarget first = new(), second = new();

        await FailAsync(first);
        await FailAsync(second);

        Assert.Equal(first.Tried, second.Tried);
    }

    [Fact]
    public async Task A_failure_of_another_kind_is_not_taken_for_the_same_made_smaller()
    {
        MarkTarget target = new() { BreaksBelow = 100 };

        FuzzException failure = await FailAsync(target);

        Assert.Equal("Marked.", failure.InnerException!.Message);
        Assert.Equal(100, Smallest(failure).Length);
    }

    [Fact]
    public async Task A_failure_that_does_not_come_again_is_told_as_it_was()
    {
        MarkTarget target = new() { Failures = 1 };

        FuzzException failure = await FailAsync(target);

        Assert.Contains("which did not fail again", failure.Message, StringComparison.Ordinal);
        Assert.True(MarkTarget.IsMarked(Smallest(failure)));
    }

    private static async Task<FuzzException> FailAsync(MarkTarget target) => await Assert.ThrowsAsync<FuzzException>(
        () => FuzzRun.RunAsync(target, Seed, Enumerable.Range(0, Cases), TestContext.Current.CancellationToken));

    private static byte[] Smallest(FuzzException failure)
    {
        string file = failure.Message[(failure.Message.IndexOf("--file ", StringComparison.Ordinal) + "--file ".Length)..];
        return File.ReadAllBytes(file[..file.IndexOf('\n', StringComparison.Ordinal)].Trim());
    }

    /// <summary>Some hundred bytes, which must not have a certain one beyond the first few.</summary>
    private sealed class MarkTarget : FuzzTarget
    {
        public const byte Mark = 0x7F;
        public const int From = 11;

        public override string Name => FuzzRunTests.Name;

        public int BreaksBelow { get; init; }

        public int Failures { get; set; } = int.MaxValue;

        public List<byte[]> Tried { get; } = [];

        public static bool IsMarked(byte[] input) => Array.LastIndexOf(input, Mark) >= From;

        public override FuzzInput Make(Random random) =>
            new([.. Enumerable.Range(0, random.Next(500)).Select(_ => (byte)random.Next(256))], "bytes");

        public override Task<string> CheckAsync(byte[] input, CancellationToken cancellationToken)
        {
            Tried.Add(input);
            if (IsMarked(input) && Failures-- > 0)
                throw input.Length < BreaksBelow ? new ArgumentException("Short.") : new InvalidOperationException("Marked.");
            return Task.FromResult("read");
        }
    }
}
