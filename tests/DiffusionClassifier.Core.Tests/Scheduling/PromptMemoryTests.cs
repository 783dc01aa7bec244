using System.Globalization;
using CsCheck;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class PromptMemoryTests
{
    private const int Size = 8; // bytes of one fake conditioning
    private const long PromptBytes = 1 << 20;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    [Fact]
    public void The_same_prompt_of_another_model_or_in_another_case_is_another()
    {
        var memory = new PromptMemory(spare: 100 * Size);
        memory.Add("one", "Cat", new ClassConditioning(1));
        memory.Add("two", "Cat", new ClassConditioning(2));
        memory.Add("one", "cat", new ClassConditioning(3));

        long?[] found = [Get(memory, "one", "Cat"), Get(memory, "two", "Cat"), Get(memory, "one", "cat"), Get(memory, "two", "cat")];

        Assert.Equal([1, 2, 3, null], found);
    }

    [Fact]
    public void Of_two_conditionings_of_one_prompt_the_first_is_kept()
    {
        var memory = new PromptMemory(spare: 1 * Size);

        memory.Add("one", "a", new ClassConditioning(1));
        memory.Add("one", "a", new ClassConditioning(2)); // two devices encoded it at once

        Assert.Equal(1, Get(memory, "one", "a"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2 * Size - 1, 1)]
    [InlineData(2 * Size, 2)]
    public void Of_more_than_fit_the_latest_are_kept(int capacity, int kept)
    {
        var memory = new PromptMemory(spare: capacity);

        for (int i = 0; i < 5; i++)
            memory.Add("one", $"{i}", new ClassConditioning(i));

        Assert.Equal(Enumerable.Range(0, 5).Select(i => i >= 5 - kept ? i : (long?)null), Enumerable.Range(0, 5).Select(i => Get(memory, "one", $"{i}")));
    }

    [Fact]
    public void Exactly_the_most_recently_used_that_fit_are_kept()
    {
        var random = new Random(12);
        var memory = new PromptMemory(spare: 5 * Size);
        List<string> recent = []; // the model: most recent last
        for (int i = 0; i < 2000; i++)
        {
            string prompt = $"{random.Next(9)}";

            bool found = Get(memory, "one", prompt) is not null;
            if (!found)
                memory.Add("one", prompt, new ClassConditioning(i));

            Assert.Equal(recent.Contains(prompt), found);
            recent.Remove(prompt);
            recent.Add(prompt);
            if (recent.Count > 5)
                recent.RemoveAt(0);
        }
    }

    [Fact]
    public void What_a_request_holds_stays_however_much_else_is_encoded()
    {
        var memory = new PromptMemory(spare: 1 * Size);
        using IDisposable held = memory.Hold(Model(), ["a", "b"], Wait);
        foreach (string prompt in new[] { "a", "b", "c", "d" })
            memory.Add("tiny", prompt, new ClassConditioning(prompt[0]));

        long?[] found = [.. new[] { "a", "b", "c", "d" }.Select(prompt => Get(memory, "tiny", prompt))];

        Assert.Equal(['a', 'b', null, 'd'], found);
    }

    [Fact]
    public void What_no_request_holds_anymore_is_kept_for_the_next_as_far_as_it_fits()
    {
        var memory = new PromptMemory(spare: 1 * Size);
        IDisposable held = memory.Hold(Model(), ["a", "b"], Wait);
        memory.Add("tiny", "a", new ClassConditioning(1));
        memory.Add("tiny", "b", new ClassConditioning(2));

        held.Dispose();

        Assert.Equal((null, 2), (Get(memory, "tiny", "a"), Get(memory, "tiny", "b")));
        Assert.Equal(0, memory.HeldBytes);
    }

    [Fact]
    public void A_request_whose_prompts_do_not_fit_beside_those_that_run_is_refused_until_they_have_ended()
    {
        var memory = new PromptMemory(limit: 3 * PromptBytes);
        IDisposable first = memory.Hold(Model(), ["a", "b"], Wait);

        ClassificationException refused = Assert.Throws<ClassificationException>(() => memory.Hold(Model(), ["c", "d"], Wait));
        first.Dispose();
        memory.Hold(Model(), ["c", "d"], Wait).Dispose();

        Assert.Equal((ClassificationError.Overloaded, Wait), (refused.Error, refused.RetryAfter));
        Assert.Contains("take 2 MiB, and these 2 MiB more, with 3 MiB for all (Engine:MaxPromptBytes)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_that_requests_share_count_once()
    {
        var memory = new PromptMemory(limit: 3 * PromptBytes);

        using IDisposable first = memory.Hold(Model(), ["a", "b", "a"], Wait), second = memory.Hold(Model(), ["b", "c"], Wait);

        Assert.Equal(3 * PromptBytes, memory.HeldBytes);
    }

    [Fact]
    public void Classes_are_not_counted()
    {
        var memory = new PromptMemory(limit: 0);

        using IDisposable held = memory.Hold(Manifests.Classes(), ["a"], Wait);

        Assert.Equal(0, memory.HeldBytes);
    }

    /// <summary>Whoever holds a prompt finds it once it was encoded, and in the end nothing is held.</summary>
    [Fact]
    public void Whatever_happens_in_whatever_order_what_is_held_is_found_and_within_the_limit() => Gen.Int[0, 999].Array[60].Sample(choices =>
    {
        var memory = new PromptMemory(4 * PromptBytes, spare: 2 * Size);
        List<(IDisposable Hold, string[] Prompts)> holds = [];
        HashSet<string> encoded = [];
        foreach (int choice in choices)
        {
            (int what, int which) = (choice % 3, choice / 3);
            string[] prompts = [$"{which % 6}", $"{which / 6 % 6}"];
            if (what == 0 && holds.SelectMany(hold => hold.Prompts).Concat(prompts).Distinct().Count() <= 4)
                holds.Add((memory.Hold(Model(), prompts, Wait), prompts));
            else if (what == 0)
                Assert.Throws<ClassificationException>(() => memory.Hold(Model(), prompts, Wait));
            else if (what == 1)
                memory.Add("tiny", prompts[0], new ClassConditioning(which % 6));
            else if (holds.Count > 0)
                End(which % holds.Count);
            string[] held = [.. holds.SelectMany(hold => hold.Prompts).Distinct()];
            encoded.UnionWith(what == 1 ? [prompts[0]] : []);
            encoded.RemoveWhere(prompt => !held.Contains(prompt));
            Assert.All(encoded, prompt => Assert.Equal(int.Parse(prompt, CultureInfo.InvariantCulture), Get(memory, "tiny", prompt)));
            Assert.Equal(held.Length * PromptBytes, memory.HeldBytes);
        }

        while (holds.Count > 0)
            End(0);
        Assert.Equal(0, memory.HeldBytes);

        void End(int index)
        {
            holds[index].Hold.Dispose();
            holds[index].Hold.Dispose(); // which does nothing
            holds.RemoveAt(index);
        }
    });

    private static ModelManifest Model() => Manifests.Text() with { PromptBytes = PromptBytes };

    private static long? Get(PromptMemory memory, string model, string prompt) =>
        memory.TryGet(model, prompt, out Conditioning? conditioning) ? ((ClassConditioning)conditioning).ClassId : null;
}
