using DiffusionClassifier.Onnx.Devices;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>
/// The way of a batch to graphs in a device's memory. A batch has a place of its own there, beside the graphs' inputs and output, so that
/// it comes and goes while the device computes another; from there to the graphs it is a copy within the device's memory.
/// </summary>
internal sealed class DeviceLane : ILane
{
    private readonly IDeviceMemory _memory;
    private readonly DeviceResources _resources;
    private readonly Stage[] _stages;
    private readonly BoundTensor _output;
    private readonly DeviceTensor _predicted, _result;
    private readonly nint _uploaded, _moved, _downloaded;
    private int _rows;

    /// <param name="memory">The device's.</param>
    /// <param name="stages">The graphs in the order in which they run, each with what it is given; the last runs the batch's rows.</param>
    /// <param name="output">Where the prediction goes.</param>
    /// <param name="predicted">Where the last graph leaves it.</param>
    /// <param name="capacity">The largest number of rows.</param>
    public DeviceLane(IDeviceMemory memory, IReadOnlyList<(GraphCall Call, BucketGraphs Graphs)> stages, BoundTensor output,
        DeviceTensor predicted, int capacity)
    {
        (_memory, _output, _predicted, _resources) = (memory, output, predicted, new DeviceResources(memory));
        try
        {
            _stages = [.. stages.Select(stage => new Stage(stage.Call, stage.Graphs,
                [.. stage.Call.Inputs.Select(input => _resources.Tensor(input.Layout, capacity))]))];
            _result = _resources.Tensor(output.Layout, capacity);
            (_uploaded, _moved, _downloaded) = (_resources.Mark(), _resources.Mark(), _resources.Mark());
            foreach (BoundTensor tensor in _stages.SelectMany(stage => stage.Call.Inputs).Append(output))
                _resources.Lock(tensor, capacity);
        }
        catch
        {
            _resources.Dispose();
            throw;
        }
    }

    public void Upload()
    {
        using CaptureGate.Passage _ = CaptureGate.Pass();
        foreach (Stage stage in _stages)
        {
            for (int i = 0; i < stage.Staged.Length; i++)
            {
                BoundTensor input = stage.Call.Inputs[i];
                _memory.Copy(DeviceQueue.Upload, stage.Staged[i].Address, input.Address, input.Layout.Bytes(stage.Call.Rows));
            }
        }

        _memory.Mark(DeviceQueue.Upload, _uploaded);
    }

    public void Run()
    {
        _memory.WaitFor(DeviceQueue.Move, _uploaded);
        foreach (Stage stage in _stages)
        {
            for (int i = 0; i < stage.Staged.Length; i++)
                Move(stage.Staged[i], stage.Graphs.Inputs[i], stage.Call.Rows);
        }

        AwaitMoves(); // sessions have queues of their own
        foreach (Stage stage in _stages)
            stage.Graphs.Run(stage.Call.Rows);
        _rows = _stages[^1].Call.Rows;
        Move(_predicted, _result, _rows);
        AwaitMoves(); // so that the next batch may overwrite it
    }

    public void Download()
    {
        using CaptureGate.Passage _ = CaptureGate.Pass();
        _memory.Copy(DeviceQueue.Download, _output.Address, _result.Address, _output.Layout.Bytes(_rows));
        _memory.Mark(DeviceQueue.Download, _downloaded);
        _memory.Await(_downloaded);
    }

    public void Dispose() => _resources.Dispose();

    private void AwaitMoves()
    {
        _memory.Mark(DeviceQueue.Move, _moved);
        _memory.Await(_moved);
    }

    private void Move(DeviceTensor from, DeviceTensor to, int rows) =>
        _memory.Copy(DeviceQueue.Move, to.Address, from.Address, from.Layout.Bytes(rows));

    /// <summary>A graph, what it is given, and the batch's own place for that.</summary>
    private sealed record Stage(GraphCall Call, BucketGraphs Graphs, DeviceTensor[] Staged);
}
