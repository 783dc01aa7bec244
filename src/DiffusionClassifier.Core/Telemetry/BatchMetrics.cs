using System.Diagnostics;

namespace DiffusionClassifier.Core.Telemetry;

/// <summary>The metrics of one model's batches on one device. Tags are built once: counting a batch allocates nothing.</summary>
internal sealed class BatchMetrics
{
    private readonly EngineMetrics _metrics;
    private readonly TagList _model, _run, _padded, _wasted, _full, _partial, _retry;
    private readonly Dictionary<int, TagList> _buckets;

    public BatchMetrics(EngineMetrics metrics, string device, string model, IReadOnlyList<int> buckets)
    {
        _metrics = metrics;
        _model = new TagList { { "device", device }, { "model", model } };
        (_run, _padded, _wasted) = (With("state", "run"), With("state", "padded"), With("state", "wasted"));
        (_full, _partial, _retry) = (With("reason", "full"), With("reason", "partial"), With("reason", "retry"));
        _buckets = buckets.ToDictionary(bucket => bucket, bucket => With("bucket", bucket));
    }

    /// <summary>A batch has run; called before its results can end a request, so that an answered request has been counted.</summary>
    public void BatchRun(int rows, int bucket, bool isRetry, TimeSpan elapsed)
    {
        _metrics.Rows.Add(rows, in _run);
        if (bucket > rows)
            _metrics.Rows.Add(bucket - rows, in _padded);
        _metrics.BatchRows.Record(rows, in _model);
        _metrics.Releases.Add(1, isRetry ? _retry : rows == bucket ? _full : _partial);
        _metrics.BatchSeconds.Record(elapsed.TotalSeconds, _buckets[bucket]);
    }

    public void Wasted(int rows)
    {
        if (rows > 0)
            _metrics.Rows.Add(rows, in _wasted);
    }

    private TagList With(string key, object value)
    {
        TagList tags = _model;
        tags.Add(key, value);
        return tags;
    }
}
