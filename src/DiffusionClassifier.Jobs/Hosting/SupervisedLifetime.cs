using Microsoft.Extensions.Hosting;

namespace DiffusionClassifier.Jobs.Hosting;

/// <summary>
/// The lifetime of a silo's host, which its supervisor starts and stops: in place of the console's, which would hear the process's signals
/// itself, and say so. Stateless.
/// </summary>
internal sealed class SupervisedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
