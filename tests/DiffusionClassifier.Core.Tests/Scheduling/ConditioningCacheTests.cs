using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scheduling;

namespace DiffusionClassifier.Core.Tests.Scheduling;

public class ConditioningCacheTests
{
    private const int Size = 8; // bytes of one fake conditioning

    private readonly List<string> _encoded = [];

    [Fact]
    public void Get_AnyPrompts_GivesTheirConditioningsInOrder()
    {
        var cache = new ConditioningCache(100 * Size);

        IReadOnlyList<Conditioning> first = cache.Get(["b", "a"], Encode), second = cache.Get(["a", "c", "b", "d"], Encode);

        Assert.Equal([Of("b"), Of("a")], first);
        Assert.Equal([Of("a"), Of("c"), Of("b"), Of("d")], second);
        Assert.Same(first[0], second[2]);
        Assert.Equal(["b", "a", "c", "d"], _encoded);
    }

    [Fact]
    public void Get_PromptRepeatedInOneRequest_EncodesItOnce()
    {
        var cache = new ConditioningCache(100 * Size);

        IReadOnlyList<Conditioning> conditionings = cache.Get(["a", "b", "a", "a"], Encode);

        Assert.Equal([Of("a"), Of("b"), Of("a"), Of("a")], conditionings);
        Assert.Equal(["a", "b"], _encoded);
    }

    [Fact]
    public void Get_PromptsThatDifferInCase_AreDifferent()
    {
        var cache = new ConditioningCache(100 * Size);

        cache.Get(["Cat", "cat", "CAT"], Encode);

        Assert.Equal(["Cat", "cat", "CAT"], _encoded);
    }

    [Fact]
    public void Get_EverythingCached_DoesNotCallTheEncoder()
    {
        var cache = new ConditioningCache(100 * Size);
        cache.Get(["a"], Encode);

        cache.Get(["a", "a"], _ => throw new InvalidOperationException("nothing is missing"));
        Assert.Empty(cache.Get([], _ => throw new InvalidOperationException("nothing is missing")));
    }

    [Fact]
    public void Get_MoreThanFits_DropsTheLeastRecentlyUsed()
    {
        var cache = new ConditioningCache(3 * Size);
        cache.Get(["a", "b", "c"], Encode);

        cache.Get(["a"], Encode); // now b is the oldest
        cache.Get(["d"], Encode);
        _encoded.Clear();
        cache.Get(["a", "c", "d"], Encode);
        IReadOnlyList<string> kept = [.. _encoded];
        cache.Get(["b"], Encode);

        Assert.Empty(kept);
        Assert.Equal(["b"], _encoded);
    }

    [Fact]
    public void Get_OneByteTooFew_KeepsOneLess()
    {
        var cache = new ConditioningCache(2 * Size - 1);
        cache.Get(["a", "b"], Encode);
        _encoded.Clear();

        cache.Get(["b"], Encode);
        cache.Get(["a"], Encode);

        Assert.Equal(["a"], _encoded);
    }

    [Fact]
    public void Get_RequestThatDoesNotFit_IsAnsweredAllTheSame()
    {
        var cache = new ConditioningCache(2 * Size);
        cache.Get(["a"], Encode);

        IReadOnlyList<Conditioning> conditionings = cache.Get(["x", "a", "y", "z"], Encode);

        Assert.Equal([Of("x"), Of("a"), Of("y"), Of("z")], conditionings);
    }

    [Fact]
    public void Get_NoCapacity_KeepsNothing()
    {
        var cache = new ConditioningCache(0);

        cache.Get(["a"], Encode);
        cache.Get(["a"], Encode);

        Assert.Equal(["a", "a"], _encoded);
    }

    [Fact]
    public void Get_EncoderThrows_LeavesTheCacheAsItWas()
    {
        var cache = new ConditioningCache(100 * Size);
        cache.Get(["a"], Encode);

        Assert.Throws<InvalidOperationException>(() => cache.Get(["a", "b"], _ => throw new InvalidOperationException("out of memory")));
        cache.Get(["a", "b"], Encode);

        Assert.Equal(["a", "b"], _encoded);
    }

    [Fact]
    public void Get_AnyRequests_KeepsExactlyTheMostRecentlyUsedThatFit()
    {
        var random = new Random(12);
        var cache = new ConditioningCache(5 * Size);
        List<string> recent = []; // the model: most recent last
        for (int i = 0; i < 2000; i++)
        {
            string prompt = $"{random.Next(9)}";
            _encoded.Clear();

            cache.Get([prompt], Encode);

            Assert.Equal(!recent.Contains(prompt), _encoded.Count == 1);
            recent.Remove(prompt);
            recent.Add(prompt);
            if (recent.Count > 5)
                recent.RemoveAt(0);
        }
    }

    private IReadOnlyList<Conditioning> Encode(IReadOnlyList<string> prompts)
    {
        _encoded.AddRange(prompts);
        return [.. prompts.Select(Of)];
    }

    private static ClassConditioning Of(string prompt) => new(prompt.Aggregate(0L, (hash, letter) => hash * 31 + letter));
}
