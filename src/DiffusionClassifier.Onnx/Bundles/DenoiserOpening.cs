using System.Globalization;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Devices;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using DiffusionClassifier.Onnx.Parts;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Onnx.Sessions;
using DiffusionClassifier.Onnx.Sessions.Captured;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// Opens a denoiser in the way that suits its device best: on CUDA with a captured graph for each batch size, else with few sizes; and with
/// channels last where that is faster. The log says which way, and why.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="target">The device.</param>
/// <param name="open">Opens a session for a graph.</param>
/// <param name="fill">Fills a whole batch with rows that the model can run.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Gets a line.</param>
internal sealed partial class DenoiserOpening(ModelContract model, DeviceTarget target, Func<OnnxGraph, SessionNeeds, IGraphSession> open,
    Action<DenoisingBatch> fill, TimeProvider time, ILogger log)
{
    private const int TrialRows = 16; // most of a large model's speed, and little of its memory
    private const int TrialRuns = 5; // of which the fastest counts: disturbances only make a run slower
    // 128, 32, 8: from 8 rows on, a batch runs at most four times its rows, and the weights are held three times.
    private const int FewSizes = 3, SizeRatio = 4;

    private const string AsExported = "as exported";

    private OnnxGraph Graph => model.Denoiser.Graph;

    private IReadOnlyList<int> Ladder => model.Denoiser.FixedBatch is { } size ? [size] : target.LadderFor(RowLength, FeatureLength);

    // Numbers that a row is given: its input, and what it is told.
    private long RowLength => model.Denoiser.Shape.Length + (model.Text is { } text ? (long)text.Tokens * text.Width : 1);

    // Numbers that the first graph of a pair leaves for the second.
    private long FeatureLength =>
        model.Denoiser.Pair?.Features.Sum(feature => new TensorLayout(feature, [.. feature.Dimensions.Skip(1)]).Elements(1)) ?? 0;

    /// <param name="memory">The device's memory, if it has one of its own.</param>
    /// <exception cref="BundleException">The denoiser cannot work.</exception>
    public IDenoiser Open(IDeviceMemory? memory)
    {
        if (memory is null)
            return OpenOnHost();
        string? reason = target.Forbids(CudaProvider.Capture) ? "its settings say so" : null;
        if (reason is null && Capture(memory, out reason) is { } captured)
            return captured;
        IReadOnlyList<int> few = Few(Ladder);
        LogFewSizes(Graph.File, target.Device.Name, string.Join(", ", few), reason);
        return new DeviceDenoiser(model, few, memory, graph => Open(graph, capture: false, target.Wants(CudaProvider.ChannelsLast)),
            captured: false);
    }

    /// <summary>The sizes that a denoiser runs whose calls are not captured.</summary>
    internal static IReadOnlyList<int> Few(IReadOnlyList<int> ladder)
    {
        List<int> few = [ladder[^1]];
        foreach (int size in ladder.Reverse())
        {
            if (few.Count < FewSizes && size * SizeRatio <= few[0])
                few.Insert(0, size);
        }

        return few;
    }

    private IDenoiser OpenOnHost() =>
        model.Denoiser.Pair is { } pair ? new PairDenoiser(model, pair, Ladder, target) : new WholeDenoiser(model, Ladder, target);

    private DeviceDenoiser? Capture(IDeviceMemory memory, out string? reason)
    {
        bool decided = target.IsSet(CudaProvider.ChannelsLast);
        reason = null;
        (DeviceDenoiser Denoiser, double Seconds) best;
        try
        {
            best = Try(memory, target.Wants(CudaProvider.ChannelsLast));
        }
        catch (CaptureRefusedException refusal)
        {
            reason = refusal.Message;
            return null;
        }

        if (!decided && Graph.IsHalf) // without tensor cores the order of the channels makes no difference
            return Faster(memory, best.Denoiser, best.Seconds);
        LogCaptured(Graph.File, target.Device.Name, decided ? "as the settings say" : AsExported);
        return best.Denoiser;
    }

    // Channels last is only an offer: whatever is wrong with it, the model works without.
    private DeviceDenoiser Faster(IDeviceMemory memory, DeviceDenoiser first, double seconds)
    {
        try
        {
            (DeviceDenoiser last, double secondsLast) = Try(memory, channelsLast: true);
            bool isFaster = secondsLast < seconds;
            (isFaster ? first : last).Dispose();
            (string shorter, string longer) = (Milliseconds(Math.Min(seconds, secondsLast)), Milliseconds(Math.Max(seconds, secondsLast)));
            string layout = isFaster ? "last" : AsExported;
            LogCaptured(Graph.File, target.Device.Name, $"{layout}: {shorter} instead of {longer} ms a batch");
            return isFaster ? last : first;
        }
        catch (Exception exception) when (exception is CaptureRefusedException or DeviceOutOfMemoryException or BundleException)
        {
            LogCaptured(Graph.File, target.Device.Name, $"{AsExported}, because channels last cannot be captured: {exception.Message}");
            return first;
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    private static string Milliseconds(double seconds) => (1000 * seconds).ToString("0.0", CultureInfo.InvariantCulture);

    // A size that does not fit into the memory leaves its session of no use: the next smaller one has a new one.
    private (DeviceDenoiser Denoiser, double Seconds) Try(IDeviceMemory memory, bool channelsLast)
    {
        foreach (int rows in Ladder.Where(size => size <= TrialRows).DefaultIfEmpty(Ladder[0]).Reverse())
        {
            var denoiser = new DeviceDenoiser(model, Ladder, memory, graph => Open(graph, capture: true, channelsLast), captured: true);
            try
            {
                return (denoiser, Time(denoiser, rows));
            }
            catch (DeviceOutOfMemoryException) when (rows > Ladder[0])
            {
                denoiser.Dispose();
            }
            catch
            {
                denoiser.Dispose();
                throw;
            }
        }

        throw new InvalidOperationException("A ladder has a size.");
    }

    private double Time(DeviceDenoiser denoiser, int rows)
    {
        using OnnxDenoisingBatch batch = denoiser.CreateBatch();
        fill(batch);
        batch.Bucket = rows;
        batch.Upload();
        batch.Run(); // which captures
        double best = double.PositiveInfinity;
        for (int run = 0; run < TrialRuns; run++)
        {
            long begin = time.GetTimestamp();
            batch.Run();
            best = Math.Min(best, time.GetElapsedTime(begin).TotalSeconds);
        }

        return best;
    }

    private IGraphSession Open(OnnxGraph graph, bool capture, bool channelsLast) =>
        open(graph, new SessionNeeds(graph.IsHalf) { Capture = capture, ChannelsLast = channelsLast });

    [LoggerMessage(LogLevel.Information, "{Graph} runs on {Device} as one captured graph for each batch size, channels {Layout}.")]
    private partial void LogCaptured(string graph, string device, string layout);

    [LoggerMessage(LogLevel.Warning, "{Graph} runs on {Device} in batches of {Sizes} only, each with a session of its own, because its "
        + "calls are not captured: {Reason}")]
    private partial void LogFewSizes(string graph, string device, string sizes, string? reason);
}
