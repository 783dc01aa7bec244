using DiffusionClassifier.Core.Admission;


namespace DiffusionClassifier.Core.Tests.Scheduling;

public class DecodeGateTests
{
    private const int Patience = 120_000; // ms; one that is never let in shows as a failed test, not as a hanging run
    private const int Budget = 100;

    private readonly DecodeGate _gate = new(new EngineOptions { MaxDecodes = 3, MaxDecodeBytes = Budget });

    [Fact(Timeout = Patience)]
    public async Task As_many_enter_as_there_are_turns_however_small_they_are()
    {
        IDisposable[] inside = [await Enter(0), await Enter(1), await Enter(1)];
        Task<IDisposable> fourth = Enter(1);

        Assert.False(fourth.IsCompleted);
        inside[1].Dispose();

        await fourth;
    }

    [Fact(Timeout = Patience)]
    public async Task As_many_enter_as_have_room()
    {
        IDisposable first = await Enter(60);
        await Enter(40);
        Task<IDisposable> third = Enter(1);

        Assert.False(third.IsCompleted);
        first.Dispose();

        await third;
    }

    [Fact(Timeout = Patience)]
    public async Task More_than_the_budget_runs_alone()
    {
        IDisposable small = await Enter(1);
        Task<IDisposable> huge = Enter(long.MaxValue), next = Enter(1);

        Assert.False(huge.IsCompleted);
        small.Dispose();
        IDisposable alone = await huge;
        Assert.False(next.IsCompleted);
        alone.Dispose();

        await next;
    }

    [Fact(Timeout = Patience)]
    public async Task Who_comes_first_is_served_first_even_where_the_next_would_fit()
    {
        IDisposable inside = await Enter(50);
        Task<IDisposable> large = Enter(80), small = Enter(10);

        Assert.Equal((false, false), (large.IsCompleted, small.IsCompleted));
        inside.Dispose();

        await Task.WhenAll(large, small);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_gives_up_while_waiting_makes_way_for_those_behind()
    {
        using var client = new CancellationTokenSource();
        await Enter(50);
        Task<IDisposable> large = _gate.EnterAsync(80, client.Token), small = Enter(10);

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        await small;
    }

    [Fact(Timeout = Patience)]
    public async Task Who_has_given_up_before_is_not_let_in()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _gate.EnterAsync(Budget, new CancellationToken(canceled: true)));

        await Enter(Budget);
    }

    [Fact(Timeout = Patience)]
    public async Task Leaving_twice_gives_back_once()
    {
        IDisposable first = await Enter(50);
        await Enter(50);
        first.Dispose();
        first.Dispose();
        await Enter(50);

        Assert.False(Enter(1).IsCompleted);
    }

    [Fact(Timeout = Patience)]
    public async Task Neither_count_is_exceeded_or_lost_in_a_thousand_visits_of_which_some_give_up()
    {
        int inside = 0, most = 0;
        long bytesInside = 0, mostBytes = 0;
        var counts = new Lock();

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(visit => Task.Run(async () =>
        {
            var random = new Random(visit);
            int bytes = random.Next(1, Budget + 1);
            using var client = new CancellationTokenSource();
            Task<IDisposable> entered = _gate.EnterAsync(bytes, client.Token);
            if (random.Next(4) == 0)
                await client.CancelAsync();
            try
            {
                using IDisposable turn = await entered;
                Count(1, bytes);
                await Task.Delay(1); // others come in meanwhile
                Count(-1, -bytes);
            }
            catch (OperationCanceledException)
            {
                // as it was meant to
            }
        })));

        Assert.InRange(most, 2, 3);
        Assert.InRange(mostBytes, 1, Budget);
        await Enter(Budget); // all of it is there again
        void Count(int visits, int bytes)
        {
            lock (counts)
            {
                most = Math.Max(most, inside += visits);
                mostBytes = Math.Max(mostBytes, bytesInside += bytes);
            }
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Without_a_turn_or_a_byte_there_is_no_gate(int turns, long bytes) =>
        Assert.Throws<ArgumentException>(() => new DecodeGate(new EngineOptions { MaxDecodes = turns, MaxDecodeBytes = bytes }));

    private Task<IDisposable> Enter(long bytes) => _gate.EnterAsync(bytes, TestContext.Current.CancellationToken);
}
