using System.Diagnostics;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Telemetry;

namespace DiffusionClassifier.Core;

/// <summary>
/// Watches one request on its way through the engine: a span for it and one for each phase, and its part of the metrics. Used by the
/// request's own flow alone. The phases are written when the request has ended, from the times that its job recorded: rows of many requests
/// share a device's batch, so work on a device does not belong to one trace.
/// </summary>
internal sealed class RequestTrace(EngineMetrics metrics, TimeProvider time) : IDisposable
{
    private readonly long _started = time.GetTimestamp();
    private readonly Activity? _span = EngineTracing.Source.StartActivity("classify");
    private bool _isRepeated; // the answer was another request's
    private string _outcome = "failed";
    private JobSettings? _settings; // once admitted
    private ClassificationJob? _job; // once submitted
    private TimeSpan _admitted, _submitted; // since _started

    /// <summary>The clock of the request's job.</summary>
    public JobClock CreateClock(TimeSpan? deadline) => new(time, _started, deadline);

    public void Admitted(JobSettings settings) => (_settings, _admitted) = (settings, Elapsed());

    public void Submitted(ClassificationJob job) => (_job, _submitted) = (job, Elapsed());

    public void Answered()
    {
        _outcome = "answered";
        if (_job?.CutShort is not null)
            metrics.Truncated();
        else if (_job is { } job && job.Settings.FixedRows > job.RowsRecorded)
            metrics.Eliminated(job.Settings.Manifest.Id, job.Settings.FixedRows - job.RowsRecorded);
    }

    /// <summary>The answer is another request's.</summary>
    /// <returns>Since the request came.</returns>
    public TimeSpan Repeated()
    {
        (_isRepeated, _outcome) = (true, "answered");
        return Elapsed();
    }

    /// <summary>The request ends without an answer. Only the kind of the exception is kept: its message may quote the request.</summary>
    public void Failed(Exception exception)
    {
        var expected = exception as ClassificationException;
        _outcome = exception is OperationCanceledException ? "cancelled" : expected is not null && _job is null ? "refused" : "failed";
        if (expected is { Error: ClassificationError.Overloaded or ClassificationError.QuotaExceeded or ClassificationError.Draining }
            && _settings is null)
        {
            metrics.Rejected(ErrorCode.Of(expected.Error));
        }

        if (_outcome == "cancelled")
            return;
        _span?.SetTag("error.type", expected is null ? exception.GetType().FullName : ErrorCode.Of(expected.Error));
        if (_outcome == "failed")
            _span?.SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        TimeSpan end = Elapsed();
        metrics.RequestEnded(_outcome, _settings?.Priority, end);
        if (_job?.Clock.DenoiseBegin is { } wait)
            metrics.FirstRow(wait);
        if (_span is null)
            return;
        Describe(_span);
        if (_span.IsAllDataRequested)
            WritePhases(_span, end);
        _span.Dispose();
    }

    private TimeSpan Elapsed() => time.GetElapsedTime(_started);

    private void Describe(Activity span)
    {
        span.SetTag("dc.outcome", _outcome);
        if (_settings is not null)
        {
            span.SetTag("dc.cached", _isRepeated)
                .SetTag("dc.model", _settings.Manifest.Id).SetTag("dc.class", EnumWords.Of(_settings.Priority))
                .SetTag("dc.strategy", EnumWords.Of(_settings.Strategy)).SetTag("dc.rows.fixed", _settings.FixedRows);
        }

        if (_job is not null)
            span.SetTag("dc.id", _job.Id).SetTag("dc.rows", _job.RowsRecorded).SetTag("dc.batches", _job.Batches);
    }

    // A phase that was not reached has no span; one that the request ended in lasts until then.
    private void WritePhases(Activity span, TimeSpan end)
    {
        Write(span, "admission", TimeSpan.Zero, _settings is null ? end : _admitted);
        if (_settings is null || _isRepeated)
            return;
        Write(span, "decode", _admitted, _job is null ? end : _submitted);
        if (_job is null)
            return;
        JobClock clock = _job.Clock;
        Write(span, "queue", _submitted, clock.EncodeBegin ?? end);
        if (clock.EncodeBegin is { } encode)
            Write(span, "encode", encode, clock.EncodeEnd ?? end);
        if (clock.DenoiseBegin is { } denoise)
            Write(span, "denoise", denoise, end);
    }

    private static void Write(Activity span, string name, TimeSpan begin, TimeSpan end)
    {
        using Activity? phase =
            EngineTracing.Source.StartActivity(name, ActivityKind.Internal, span.Context, startTime: span.StartTimeUtc + begin);
        phase?.SetEndTime(span.StartTimeUtc + end);
    }
}
