using DiffusionClassifier.Service.Answers;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Service.Tests.Answers;

public sealed class BoundedCacheTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void What_was_not_asked_for_longest_makes_room_and_the_newest_is_always_there()
    {
        using var cache = new BoundedCache<string>(maxBytes: 1_000, keepFor: null, _time);
        for (int i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            cache.Keep(i, $"{i}", bytes: 100);

            Assert.Equal($"{i}", cache.Find(i));
            Assert.InRange(cache.Bytes, 100, 1_000);
            Assert.NotNull(cache.Find(0)); // asked for all the time
        }

        Assert.Null(cache.Find(50));
    }

    [Fact]
    public void What_is_larger_than_all_room_is_not_kept_and_leaves_the_others_alone()
    {
        using var cache = new BoundedCache<string>(maxBytes: 1_000, keepFor: null, _time);
        cache.Keep("small", "a", bytes: 900);

        cache.Keep("large", "b", bytes: 1_001);

        Assert.Equal(("a", null), (cache.Find("small"), cache.Find("large")));
    }

    [Fact]
    public void A_value_is_forgotten_after_its_time()
    {
        using var cache = new BoundedCache<string>(maxBytes: 1_000, TimeSpan.FromHours(1), _time);
        cache.Keep("key", "a", bytes: 1);

        _time.Advance(TimeSpan.FromMinutes(59));
        string? before = cache.Find("key");
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(("a", null), (before, cache.Find("key")));
    }
}
