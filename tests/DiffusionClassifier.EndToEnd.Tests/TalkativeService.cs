namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>A server that sends an event after every batch that it can, and leaves the browser a core.</summary>
public sealed class TalkativeService : IAsyncLifetime
{
    private ServiceProcess? _service;

    public ServiceProcess Service => _service ?? throw new InvalidOperationException("The service has not been started.");

    public async ValueTask InitializeAsync() => _service = await ServiceProcess.StartAsync("--Streaming:AnswersEvery", "00:00:00.01", "--Onnx:Threads", "1");

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
    }
}
