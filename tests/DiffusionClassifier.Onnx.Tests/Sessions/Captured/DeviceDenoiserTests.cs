using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;
using DiffusionClassifier.Onnx.Sessions.Captured;

namespace DiffusionClassifier.Onnx.Tests.Sessions.Captured;

/// <summary>A denoiser in a device's memory, on a device that the processor stands in for.</summary>
public sealed class DeviceDenoiserTests : IDisposable
{
    private static readonly int[] Buckets = [1, 2, 4, 8];

    // Numbers of slots that grow and shrink, so that what one batch left behind would show in the next.
    private static readonly string[] Batches = ["01234567", "00011122", "0", "0001", "01", "00", "01122344", "0123"];

    private readonly LateMemory _memory = new();
    private readonly PairBundle _bundle = new();
    private readonly List<ProcessorSession> _sessions = [];

    public void Dispose() => _bundle.Dispose();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Its_answers_are_those_of_the_host_batch_after_batch(bool pair, bool captured)
    {
        using var host = new OnnxDiffusionModel(Load(pair), new OnnxOptions { MaxBatch = 8, Threads = 1 });
        using DenoisingBatch expected = host.CreateBatch();
        using (DeviceDenoiser denoiser = Open(Load(pair), captured))
        using (OnnxDenoisingBatch one = denoiser.CreateBatch(), other = denoiser.CreateBatch())
        {
            foreach ((int call, string slots) in Batches.Index())
            {
                SlotRows.Fill(expected, slots, call);
                host.PredictNoise(expected);

                Assert.Equal(SlotRows.Answer(expected), Predict(call % 2 == 0 ? one : other, slots, call));
            }
        }

        Assert.True(_memory.IsClean);
        Assert.All(_sessions, session => Assert.True(session.IsDisposed));
    }

    [Fact]
    public void A_batch_is_uploaded_while_another_runs_and_read_while_the_next_runs()
    {
        using DeviceDenoiser denoiser = Open(Load(pair: true), captured: true);
        using OnnxDenoisingBatch one = denoiser.CreateBatch(), other = denoiser.CreateBatch();
        (float[] first, float[] second) = (Predict(one, "0123", seed: 1), Predict(other, "0011", seed: 2));
        SlotRows.Fill(one, "0123", seed: 1);
        SlotRows.Fill(other, "0011", seed: 2);

        one.Upload();
        other.Upload();
        one.Run();
        other.Run();
        one.Download();
        other.Download();

        Assert.Equal(first, SlotRows.Answer(one));
        Assert.Equal(second, SlotRows.Answer(other));
    }

    [Fact]
    public void One_session_captures_a_graph_for_each_size_once_and_replays_it_from_then_on()
    {
        using DeviceDenoiser denoiser = Open(Load(pair: false), captured: true);
        using OnnxDenoisingBatch batch = denoiser.CreateBatch();

        foreach (string slots in (string[])["0123", "01", "0123", "01"])
            Predict(batch, slots, seed: 0);

        Assert.Equal(
            [(4, "plain"), (4, "plain"), (4, "captured"), (4, "replayed"), (2, "plain"), (2, "plain"), (2, "captured"), (2, "replayed"), (4, "replayed"), (2, "replayed")],
            Assert.Single(_sessions).Runs);
    }

    [Fact]
    public void Without_capture_every_size_has_a_session_of_its_own()
    {
        using DeviceDenoiser denoiser = Open(Load(pair: false), captured: false);
        using OnnxDenoisingBatch batch = denoiser.CreateBatch();

        foreach (string slots in (string[])["0123", "01", "0123", "01"])
            Predict(batch, slots, seed: 0);

        Assert.Equal([[(4, "plain"), (4, "plain")], [(2, "plain"), (2, "plain")]], _sessions.Select(session => session.Runs));
    }

    [Fact]
    public void A_decoder_is_captured_once_a_size_however_many_slots_its_rows_share()
    {
        using DeviceDenoiser denoiser = Open(Load(pair: true), captured: true);
        using OnnxDenoisingBatch batch = denoiser.CreateBatch();

        foreach (string slots in (string[])["0000", "0011", "0123"])
            Predict(batch, slots, seed: 0);

        Assert.Equal([3, 1], _sessions.Select(session => session.Runs.Count(run => run.Kind == "captured")));
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("timestep")]
    [InlineData("class_labels")]
    public void A_graph_that_does_not_read_an_input_anew_is_refused_before_it_answers(string input)
    {
        using DeviceDenoiser denoiser = Open(Load(pair: false), captured: true, stale: input);
        using OnnxDenoisingBatch batch = denoiser.CreateBatch();

        var refusal = Assert.Throws<BundleException>(() => Predict(batch, "0123", seed: 3));

        Assert.Throws<BundleException>(() => Predict(batch, "0123", seed: 3)); // and every other time
        Assert.EndsWith(Path.Combine("unet", "model.onnx"), refusal.File);
        Assert.StartsWith("captured as a CUDA graph, it answers differently for a batch of 4:", refusal.Reason);
        Assert.EndsWith("enable_cuda_graph=0 in its settings.", refusal.Reason);
    }

    [Fact]
    public void The_pages_of_large_arrays_are_locked_as_long_as_a_batch_lives()
    {
        using DeviceDenoiser denoiser = Open(Load(pair: false), captured: true, buckets: [4096]);
        OnnxDenoisingBatch batch = denoiser.CreateBatch();
        Assert.All(_memory.Locked, address => Assert.Equal(0, address % PinnedMemory.Page));
        Assert.Equal(2, _memory.Locked.Count); // x_t and the prediction

        batch.Dispose();

        Assert.Empty(_memory.Locked);
    }

    [Fact]
    public void Whatever_does_not_fit_into_the_memory_what_was_taken_of_it_is_given_back()
    {
        int room = 0;
        bool fits = false;
        for (; !fits; room++)
        {
            _memory.Room = room;
            using DeviceDenoiser denoiser = Open(Load(pair: true), captured: true);
            try
            {
                denoiser.CreateBatch().Dispose();
                fits = true;
            }
            catch (DeviceOutOfMemoryException)
            {
                _memory.Room = int.MaxValue;
                denoiser.CreateBatch().Dispose(); // the next try is none the worse for it
            }
        }

        Assert.InRange(room, 10, 20); // features, inputs of two graphs, a place of the batch's own for each, and the prediction twice
        Assert.True(_memory.IsClean);
    }

    [Fact]
    public async Task Another_thread_captures_the_graph_anew_because_captured_graphs_belong_to_threads()
    {
        using DeviceDenoiser denoiser = Open(Load(pair: false), captured: true);
        using OnnxDenoisingBatch batch = denoiser.CreateBatch();
        float[] expected = Predict(batch, "01", seed: 0);

        float[] found = await Task.Factory.StartNew(
            () => Predict(batch, "01", seed: 0), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.Equal(expected, found);
        Assert.Equal(2, Assert.Single(_sessions).Runs.Count(run => run.Kind == "captured"));
    }

    private Bundle Load(bool pair) => pair ? _bundle.Load() : _bundle.Without(PairBundle.Encoder, PairBundle.Decoder).Load();

    private DeviceDenoiser Open(Bundle bundle, bool captured, string? stale = null, int[]? buckets = null) => new(bundle.Model, buckets ?? Buckets, _memory, graph =>
    {
        var session = new ProcessorSession(graph) { Stale = stale };
        _sessions.Add(session);
        return session;
    }, captured);

    private static float[] Predict(OnnxDenoisingBatch batch, string slots, int seed)
    {
        SlotRows.Fill(batch, slots, seed);
        batch.Upload();
        batch.Run();
        batch.Download();
        return SlotRows.Answer(batch);
    }
}
