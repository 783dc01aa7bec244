using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class ConditioningCacheTests
{
    private const int Size = 8; // bytes of one fake conditioning

    [Fact]
    public void The_same_prompt_of_another_model_or_in_another_case_is_another()
    {
        var cache = new ConditioningCache(100 * Size);
        cache.Add("one", "Cat", new ClassConditioning(1));
        cache.Add("two", "Cat", new ClassConditioning(2));
        cache.Add("one", "cat", new ClassConditioning(3));

        long?[] found = [Get(cache, "one", "Cat"), Get(cache, "two", "Cat"), Get(cache, "one", "cat"), Get(cache, "two", "cat")];

        Assert.Equal([1, 2, 3, null], found);
    }

    [Fact]
    public void Of_two_conditionings_of_one_prompt_the_first_is_kept()
    {
        var cache = new ConditioningCache(1 * Size);

        cache.Add("one", "a", new ClassConditioning(1));
        cache.Add("one", "a", new ClassConditioning(2)); // two devices encoded it at once

        Assert.Equal(1, Get(cache, "one", "a"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2 * Size - 1, 1)]
    [InlineData(2 * Size, 2)]
    public void Of_more_than_fit_the_latest_are_kept(int capacity, int kept)
    {
        var cache = new ConditioningCache(capacity);

        for (int i = 0; i < 5; i++)
            cache.Add("one", $"{i}", new ClassConditioning(i));

        Assert.Equal(Enumerable.Range(0, 5).Select(i => i >= 5 - kept ? i : (long?)null), Enumerable.Range(0, 5).Select(i => Get(cache, "one", $"{i}")));
    }

    [Fact]
    public void Exactly_the_most_recently_used_that_fit_are_kept()
    {
        var random = new Random(12);
        var cache = new ConditioningCache(5 * Size);
        List<string> recent = []; // the model: most recent last
        for (int i = 0; i < 2000; i++)
        {
            string prompt = $"{random.Next(9)}";

            bool found = Get(cache, "one", prompt) is not null;
            if (!found)
                cache.Add("one", prompt, new ClassConditioning(i));

            Assert.Equal(recent.Contains(prompt), found);
            recent.Remove(prompt);
            recent.Add(prompt);
            if (recent.Count > 5)
                recent.RemoveAt(0);
        }
    }

    private static long? Get(ConditioningCache cache, string model, string prompt) =>
        cache.TryGet(model, prompt, out Conditioning? conditioning) ? ((ClassConditioning)conditioning).ClassId : null;
}
