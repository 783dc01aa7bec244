using CsCheck;
using DiffusionClassifier.Jobs.Grains;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>Tenants take turns, and nobody waits for ever.</summary>
public sealed class JobQueueTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_tenant_with_the_fewest_running_jobs_begins_its_oldest_one()
    {
        var queue = new JobQueue();
        queue.Add("a2", "ada", Start.AddSeconds(2));
        queue.Add("a1", "ada", Start.AddSeconds(1));
        queue.Add("a3", "ada", Start.AddSeconds(3));
        queue.Add("b4", "bob", Start.AddSeconds(4));

        Assert.Equal(["a1", "b4", "a2", "a3"], Begin(queue, 9));
        Assert.Equal((3, 1, 0), (queue.Of("ada"), queue.Of("bob"), queue.Waiting));
    }

    [Fact]
    public void What_has_ended_counts_no_more()
    {
        var queue = new JobQueue();
        queue.Add("a1", "ada", Start);
        queue.Add("a2", "ada", Start.AddSeconds(1));
        Begin(queue, 1);

        queue.Remove("a1", "ada", Start);
        queue.Remove("a2", "ada", Start.AddSeconds(1));
        queue.Remove("a3", "ada", Start.AddSeconds(2));

        Assert.Equal((0, 0, 0), (queue.Of("ada"), queue.Waiting, queue.Running.Count));
        Assert.Empty(Begin(queue, 1));
    }

    [Fact]
    public void Whatever_comes_and_goes_each_job_begins_once_and_none_is_lost() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        var fate = new Random(seed);
        var queue = new JobQueue();
        Dictionary<string, string> unfinished = [];
        List<string> begun = [];
        int added = 0;
        for (int step = 0; step < 200; step++)
        {
            if (fate.Next(3) > 0)
            {
                string tenant = $"t{fate.Next(4)}", id = $"{tenant}-{added}";
                queue.Add(id, tenant, Start.AddSeconds(added++));
                queue.Add(id, tenant, Start.AddSeconds(added - 1)); // once more changes nothing
                unfinished[id] = tenant;
            }
            else
            {
                begun.AddRange(Begin(queue, fate.Next(3)));
            }

            if (begun.Count > 0 && fate.Next(2) == 0 && queue.Running.Count > 0)
            {
                string ended = queue.Running.ElementAt(fate.Next(queue.Running.Count));
                queue.Remove(ended, unfinished[ended], Start.AddSeconds(int.Parse(ended.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture)));
                unfinished.Remove(ended);
            }

            Assert.Equal(unfinished.Count, queue.Waiting + queue.Running.Count);
            Assert.All(unfinished.Values.Distinct(), tenant => Assert.Equal(unfinished.Values.Count(other => other == tenant), queue.Of(tenant)));
        }

        begun.AddRange(Begin(queue, int.MaxValue));
        Assert.Equal(added, begun.Distinct().Count());
        Assert.Equal(added, begun.Count);
    });

    private static List<string> Begin(JobQueue queue, int most)
    {
        List<string> ids = [];
        while (ids.Count < most && queue.TryBegin(out string? id))
            ids.Add(id);
        return ids;
    }
}
