using System.Diagnostics.Metrics;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>Adds up what one meter's instruments report, by name and tags; of histograms the number of values, of gauges the present one.</summary>
internal sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _values = [];

    public RecordedMetrics(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Add(instrument, 1, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        _listener.Start();
    }

    /// <summary>The sum of one instrument's values, for example of <c>dc.rows{state=run}</c>; a tag that is not named may have any value.</summary>
    public long this[string name, string? tag = null]
    {
        get
        {
            _listener.RecordObservableInstruments();
            lock (_values)
                return _values.Where(pair => pair.Key.StartsWith(name + "{", StringComparison.Ordinal) && (tag is null || pair.Key.Contains($"|{tag}|", StringComparison.Ordinal))).Sum(pair => pair.Value);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string key = $"{instrument.Name}{{|{string.Join('|', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}|";
        lock (_values)
            _values[key] = instrument.IsObservable ? value : _values.GetValueOrDefault(key) + value;
    }
}
