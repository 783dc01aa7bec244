using DiffusionClassifier.Evaluation.Benches.Http;

namespace DiffusionClassifier.Evaluation.Tests.Benches.Http;

public sealed class RowCountsTests
{
    [Fact]
    public void Rows_are_summed_over_models_and_devices_and_told_apart_by_state()
    {
        var counts = RowCounts.Parse("""
            # HELP dc_rows_total Rows: run, padded.
            # TYPE dc_rows_total counter
            dc_rows_total{device="cpu:0",model="a",state="run"} 1280
            dc_rows_total{device="cpu:1",model="b",state="run"} 20
            dc_rows_total{device="cpu:0",model="a",state="padded"} 12
            dc_rows_total{device="cpu:0",model="a",state="wasted"} 32
            dc_rows_total{model="a",state="eliminated"} 7
            # TYPE dc_active_jobs gauge
            dc_active_jobs{class="interactive"} 8
            dc_active_jobs{class="bulk"} 1

            """.ReplaceLineEndings("\n"));

        Assert.Equal(new RowCounts(Run: 1300, Padded: 12, Wasted: 32, ActiveRequests: 9), counts);
    }

    [Fact]
    public void A_server_that_has_done_nothing_has_run_nothing() => Assert.Equal(default, RowCounts.Parse("dc_active_jobs 0\n"));
}
