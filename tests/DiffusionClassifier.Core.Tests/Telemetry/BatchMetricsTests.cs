using System.Diagnostics.Metrics;
using DiffusionClassifier.Core.Telemetry;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Core.Tests.Telemetry;

public class BatchMetricsTests
{
    [Fact]
    public void A_batch_allocates_nothing_while_it_is_observed()
    {
        using var meter = new Meter("test");
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => Listen(instrument, listener, meter) };
        long heard = 0;
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => heard += value);
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => heard++);
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => heard++);
        listener.Start();
        var batches = new BatchMetrics(new EngineMetrics(meter), "cpu:0", "tiny", [1, 8]);
        int runs = 0;

        long allocated = Allocations.Of(() =>
        {
            runs++;
            batches.BatchRun(rows: 5, bucket: 8, isRetry: false, TimeSpan.FromSeconds(1));
            batches.Wasted(1);
        });

        Assert.Equal(0, allocated);
        Assert.Equal(runs * (5 + 3 + 1 + 1 + 1 + 1), heard); // rows run, padded and wasted, the batch, and one value of each histogram
    }

    private static void Listen(Instrument instrument, MeterListener listener, Meter meter)
    {
        if (instrument.Meter == meter)
            listener.EnableMeasurementEvents(instrument);
    }
}
