using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Core.Tests.Admission;

/// <summary>What a single client that was refused can rely on.</summary>
public class PromiseTests
{
    private const double SecondsPerRow = 0.1;
    private const int Full = 6_000; // rows, of interactive requests: 600 s of the devices, alone

    private readonly FakeTimeProvider _time = new();
    private readonly AdmissionControl _admission;

    public PromiseTests() => _admission = new AdmissionControl(new EngineOptions { InteractiveQueueSeconds = 1000, MaxRetryAfter = TimeSpan.FromMinutes(5) }, _time);

    [Fact]
    public void Who_comes_back_when_told_to_gets_the_room_and_a_newcomer_does_not()
    {
        Reservation running = Reserve(Full + 100);
        TimeSpan told = Refused(seed: 1);
        Refused(seed: 2);
        _time.Advance(told);
        running.Shrink(Full);

        Assert.Equal(ClassificationError.Overloaded, Refusal(seed: 3).Error);
        Reserve(100, seed: 1);
    }

    [Fact]
    public void Who_does_not_come_back_loses_the_place()
    {
        Reservation running = Reserve(Full + 100);
        TimeSpan told = Refused(seed: 1);
        running.Shrink(Full);
        _time.Advance(told + TimeSpan.FromSeconds(3));

        Reserve(100, seed: 3);
    }

    [Fact]
    public void Idle_devices_are_not_kept_for_those_who_may_not_come()
    {
        Reservation running = Reserve(Full + 100);
        for (ulong seed = 1; seed < 100; seed++)
            Refused(seed);
        _time.Advance(Refused(seed: 100));
        running.Dispose();

        Reserve(100, seed: 200);
    }

    [Fact]
    public void Who_does_not_wait_costs_the_others_hardly_more_time()
    {
        Reserve(Full + 100);
        for (int i = 0; i < 1_000; i++)
            Refused(seed: 1);

        TimeSpan told = Refused(seed: 2);

        Assert.InRange(told.TotalSeconds, 10, (10 + 16 * 10) * 1.25 + 1); // 16 places of 10 s
    }

    [Fact]
    public void No_one_is_told_to_wait_longer_than_the_longest_time()
    {
        Reserve(100 * Full);

        TimeSpan[] told = [.. Enumerable.Range(0, 100).Select(seed => Refused((ulong)seed))];

        Assert.All(told, wait => Assert.InRange(wait.TotalSeconds, 240, 300));
        Assert.InRange(told.Distinct().Count(), 30, 100);
    }

    [Fact]
    public void As_long_as_no_speed_is_known_a_request_is_taken_for_a_second_of_work()
    {
        var admission = new AdmissionControl(new EngineOptions { MaxActiveRequests = 5 }, _time);
        for (ulong seed = 0; seed < 5; seed++)
            admission.Reserve(Ask(100, seed) with { SecondsPerRow = 0 });

        double[] told = [.. Enumerable.Range(10, 20).Select(seed => Refusal(admission, Ask(100, (ulong)seed) with { SecondsPerRow = 0 }).RetryAfter!.Value.TotalSeconds)];

        Assert.All(told, (wait, index) => Assert.InRange(wait, index + 1, (index + 1) * 1.25 + 1));
    }

    [Fact]
    public void A_class_waits_for_its_own_kind_only()
    {
        Reserve(Full + 100);
        for (ulong seed = 0; seed < 100; seed++)
            Refused(seed);

        Reservation bulk = _admission.Reserve(Ask(Full, seed: 1000) with { Priority = PriorityClass.Bulk });

        Assert.Equal(Full, bulk.Rows);
    }

    [Fact]
    public void The_message_says_how_long()
    {
        Reserve(Full + 100);

        ClassificationException refusal = Refusal(seed: 1);

        Assert.EndsWith($"Try again in {refusal.RetryAfter!.Value.TotalSeconds} seconds.", refusal.Message, StringComparison.Ordinal);
    }

    private static Candidate Ask(long rows, ulong seed) => new(Caller.Anonymous, PriorityClass.Interactive, rows, SecondsPerRow) { Seed = seed };

    private static ClassificationException Refusal(AdmissionControl admission, Candidate request) =>
        Assert.Throws<ClassificationException>(() => admission.Reserve(request));

    private Reservation Reserve(long rows, ulong seed = 0) => _admission.Reserve(Ask(rows, seed));

    private ClassificationException Refusal(ulong seed) => Refusal(_admission, Ask(100, seed));

    private TimeSpan Refused(ulong seed) => Refusal(seed).RetryAfter!.Value;
}
