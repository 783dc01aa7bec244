namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>One server for all tests of a class.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private ServiceProcess? _service;

    public ServiceProcess Service => _service ?? throw new InvalidOperationException("The service has not been started.");

    public async ValueTask InitializeAsync() => _service = await ServiceProcess.StartAsync([(ServiceProcess.Batch, "")]);

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
    }
}
