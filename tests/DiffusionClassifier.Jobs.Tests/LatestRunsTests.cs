using DiffusionClassifier.Jobs.Devices;

namespace DiffusionClassifier.Jobs.Tests;

public sealed class LatestRunsTests
{
    private static readonly GrainId Job = GrainId.Create("job", "one"), Other = GrainId.Create("job", "other");

    private readonly LatestRuns _runs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_lost_run_left_behind_ends_when_the_next_one_comes()
    {
        Task<int> first = _runs.ComputeAsync(Job, 1, NeverAsync, Cancel), second = _runs.ComputeAsync(Job, 1, NeverAsync, Cancel);

        int answer = await _runs.ComputeAsync(Job, 2, _ => Task.FromResult(3), Cancel);

        Assert.Equal(3, answer);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task A_run_that_was_frozen_gets_nothing_beside_a_later_one()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<int> later = _runs.ComputeAsync(Job, 2, NeverAsync, stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _runs.ComputeAsync(Job, 1, _ => Task.FromResult(3), Cancel));

        Assert.False(later.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => later);
    }

    [Fact]
    public async Task A_replica_that_does_not_number_its_runs_neither_ends_others_nor_is_refused()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<int> numbered = _runs.ComputeAsync(Job, 2, NeverAsync, stop.Token);

        int answer = await _runs.ComputeAsync(Job, 0, _ => Task.FromResult(3), Cancel);

        Assert.Equal((3, false), (answer, numbered.IsCompleted));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => numbered);
    }

    [Fact]
    public async Task Blocks_of_one_run_and_of_other_jobs_run_side_by_side()
    {
        var compute = new TaskCompletionSource<int>();
        Task<int>[] calls =
        [
            _runs.ComputeAsync(Job, 1, _ => compute.Task, Cancel),
            _runs.ComputeAsync(Job, 1, _ => compute.Task, Cancel),
            _runs.ComputeAsync(Other, 2, _ => compute.Task, Cancel),
        ];

        compute.SetResult(5);

        int[] answers = await Task.WhenAll(calls);
        Assert.Equal([5, 5, 5], answers);
    }

    [Fact]
    public async Task A_failure_is_the_callers_and_leaves_nothing_behind()
    {
        await Assert.ThrowsAsync<InvalidDataException>(
            () => _runs.ComputeAsync<int>(Job, 2, _ => throw new InvalidDataException("no such image"), Cancel));

        Assert.Equal(1, await _runs.ComputeAsync(Job, 1, _ => Task.FromResult(1), Cancel));
    }

    private static async Task<int> NeverAsync(CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        return 0;
    }
}
