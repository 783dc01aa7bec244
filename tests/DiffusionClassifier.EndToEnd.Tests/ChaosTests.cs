using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Replicas that share a Redis, as processes of their own, to which accidents happen. More of them: docs/deploy.md.</summary>
[Collection(ManyProcesses.OneAtATime)]
public sealed class ChaosTests
{
    private const int Accidents = 4, Jobs = 40; // one of each kind: killed, frozen, told to stop, Redis killed

    [Fact]
    public async Task No_job_is_lost_wrong_or_stuck_whatever_happens_to_replicas_and_to_Redis()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/redis-server"), "redis-server is not installed.");
        string program = Path.ChangeExtension(Repository.Program("DiffusionClassifier.Cluster", "DiffusionClassifier.Cluster"), null);

        (_, string said) = await Shell.RunAsync($"{program} chaos {Accidents} {Jobs}", TestContext.Current.CancellationToken);

        Assert.Contains($"{Accidents} accidents, {Jobs} jobs: 0 lost, 0 wrong, 0 stuck", said, StringComparison.Ordinal);
    }
}
