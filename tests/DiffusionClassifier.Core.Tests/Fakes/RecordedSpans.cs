using System.Collections.Concurrent;
using System.Diagnostics;
using DiffusionClassifier.Core.Telemetry;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>The engine's spans below one that the test begins; other tests' engines have other traces.</summary>
internal sealed class RecordedSpans : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly Activity _root = new Activity("test").Start();

    public RecordedSpans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> Ended => [.. _ended.Where(span => span.TraceId == _root.TraceId)];

    public Activity Single(string name) => Ended.Single(span => span.OperationName == name);

    public void Dispose()
    {
        _root.Dispose();
        _listener.Dispose();
    }
}
