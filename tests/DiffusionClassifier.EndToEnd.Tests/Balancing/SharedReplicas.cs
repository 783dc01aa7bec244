namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

/// <summary>Two replicas behind nginx for all tests of a class, which are skipped where there is no nginx.</summary>
/// <param name="prefix">The path under which clients see them.</param>
public abstract class SharedReplicas(string prefix) : IAsyncLifetime
{
    private readonly ReplicaSet _set = new(prefix);

    internal ReplicaSet Replicas
    {
        get
        {
            Assert.SkipUnless(NginxProcess.IsInstalled, "nginx is not installed.");
            return _set;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (NginxProcess.IsInstalled)
            await _set.StartAsync(2, CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _set.DisposeAsync();
    }
}
