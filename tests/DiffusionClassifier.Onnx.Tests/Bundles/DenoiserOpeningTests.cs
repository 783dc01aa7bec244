using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;
using DiffusionClassifier.Onnx.Tests.Sessions;
using DiffusionClassifier.Onnx.Tests.Sessions.Captured;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DiffusionClassifier.Onnx.Tests.Bundles;

/// <summary>Which way a denoiser runs on a device, and what the log says of it.</summary>
public sealed class DenoiserOpeningTests : ILogger, IDisposable
{
    private const string Refusal = "This session cannot use the graph capture feature as requested by the user";

    private readonly LateMemory _memory = new();
    private readonly PairBundle _bundle = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];
    private readonly List<SessionNeeds> _opened = [];

    public void Dispose() => _bundle.Dispose();

    [Fact]
    public void Where_a_graph_can_be_captured_every_batch_size_is()
    {
        using IDenoiser denoiser = Open(half: false, _ => null);

        Assert.Equal([1, 2, 4, 8, 16, 32], denoiser.Buckets);
        Assert.True(Assert.Single(_opened).Capture);
        Assert.EndsWith("one captured graph for each batch size, channels as exported.", Assert.Single(_lines));
    }

    [Fact]
    public void Where_it_cannot_few_sizes_run_and_the_log_says_why()
    {
        using IDenoiser denoiser = Open(half: false, needs => needs.Capture ? Refusal : null);

        Assert.Equal([2, 8, 32], denoiser.Buckets);
        string line = Assert.Single(_lines);
        Assert.Contains("in batches of 2, 8, 32 only", line);
        Assert.EndsWith(Refusal, line);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("false")] // as ONNX Runtime reads it too
    public void A_device_whose_settings_forbid_it_captures_nothing(string setting)
    {
        using IDenoiser denoiser = Open(half: false, _ => null, ("enable_cuda_graph", setting));

        Assert.Equal([2, 8, 32], denoiser.Buckets);
        Assert.All(_opened, needs => Assert.False(needs.Capture));
    }

    [Theory]
    [InlineData(20, 10, true)]
    [InlineData(10, 20, false)]
    public void In_half_precision_the_faster_order_of_channels_is_taken(int first, int last, bool expected)
    {
        using IDenoiser denoiser = Open(half: true, _ => null, milliseconds: needs => needs.ChannelsLast ? last : first);

        Assert.Equal([false, true], _opened.Select(needs => needs.ChannelsLast));
        string line = Assert.Single(_lines);
        Assert.EndsWith($"channels {(expected ? "last" : "as exported")}: 10.0 instead of 20.0 ms a batch.", line);
    }

    [Fact]
    public void Channels_last_that_cannot_be_captured_are_left_and_the_log_says_why()
    {
        using IDenoiser denoiser = Open(half: true, needs => needs.ChannelsLast ? Refusal : null);

        Assert.Equal(6, denoiser.Buckets.Count);
        Assert.EndsWith($"channels as exported, because channels last cannot be captured: {Refusal}.", Assert.Single(_lines));
    }

    [Fact]
    public void A_trial_that_does_not_fit_into_the_memory_is_made_with_fewer_rows()
    {
        int trials = 0;
        using IDenoiser denoiser = Open(half: false, _ => ++trials < 3 ? throw new DeviceOutOfMemoryException("no room") : null);

        Assert.Equal([1, 2, 4, 8, 16, 32], denoiser.Buckets);
        Assert.True(Assert.Single(_opened).Capture);
    }

    [Fact]
    public void Channels_last_that_does_not_fit_into_the_memory_is_left()
    {
        using IDenoiser denoiser = Open(half: true, needs => needs.ChannelsLast ? throw new DeviceOutOfMemoryException("no room") : null);

        Assert.EndsWith("channels as exported, because channels last cannot be captured: no room.", Assert.Single(_lines));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public void The_devices_settings_decide_on_the_channels_if_they_say_anything(string setting, bool expected)
    {
        using IDenoiser denoiser = Open(half: true, _ => null, ("prefer_nhwc", setting));

        Assert.Equal(expected, Assert.Single(_opened).ChannelsLast);
    }

    [Theory]
    [InlineData(new[] { 1, 2, 4, 8, 16, 32, 64, 128 }, new[] { 8, 32, 128 })]
    [InlineData(new[] { 1, 2, 4, 6 }, new[] { 1, 6 })]
    [InlineData(new[] { 4 }, new[] { 4 })]
    public void Few_sizes_are_a_quarter_of_each_other_at_most(int[] ladder, int[] expected) => Assert.Equal(expected, DenoiserOpening.Few(ladder));

    [Theory]
    [InlineData("This session cannot use the CUDA Graph feature as requested by the user as all compute graph nodes have not been partitioned", true)]
    [InlineData("CUDA failure 900: operation not permitted when stream is capturing ; GPU=0", true)]
    [InlineData("Failed to allocate memory for requested buffer of size 1048576", false)]
    public void A_refusal_to_capture_is_told_from_other_errors(string message, bool expected) =>
        Assert.Equal(expected, CaptureRefusedException.IsMeant(message));

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add(formatter(state, exception));

    private IDenoiser Open(bool half, Func<SessionNeeds, string?> refuse, (string Key, string Value)? setting = null, Func<SessionNeeds, int>? milliseconds = null)
    {
        ModelContract model = _bundle.Without(PairBundle.Encoder, PairBundle.Decoder).Load().Model;
        if (half)
            model = model with { Denoiser = model.Denoiser with { Graph = model.Denoiser.Graph with { IsHalf = true } } };
        var device = new DeviceOptions { Settings = setting is { } pair ? new Dictionary<string, string> { [pair.Key] = pair.Value } : null };
        var opening = new DenoiserOpening(model, new DeviceTarget(device, new OnnxOptions()), (graph, needs) =>
        {
            if (refuse(needs) is { } reason)
                throw new CaptureRefusedException(reason);
            _opened.Add(needs);
            return new ProcessorSession(graph) { Running = () => _time.Advance(TimeSpan.FromMilliseconds(milliseconds?.Invoke(needs) ?? 1)) };
        }, Fill, _time, this);
        IDenoiser denoiser = opening.Open(_memory);
        if (_opened.Count == 0)
            RunOnce(denoiser);
        return denoiser;
    }

    private static void RunOnce(IDenoiser denoiser)
    {
        using OnnxDenoisingBatch batch = denoiser.CreateBatch();
        Fill(batch);
        batch.Bucket = denoiser.Buckets[0];
        batch.Upload();
        batch.Run();
    }

    private static void Fill(DenoisingBatch batch)
    {
        Array.Fill(batch.Timesteps, 1);
        Array.Fill(batch.Conditionings, new ClassConditioning(0));
    }
}
