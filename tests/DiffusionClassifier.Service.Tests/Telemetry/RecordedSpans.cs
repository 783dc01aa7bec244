using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace DiffusionClassifier.Service.Tests.Telemetry;

/// <summary>Keeps the spans that an exporter is handed.</summary>
internal sealed class RecordedSpans(ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Recorded)
            spans.Enqueue(data);
    }
}
