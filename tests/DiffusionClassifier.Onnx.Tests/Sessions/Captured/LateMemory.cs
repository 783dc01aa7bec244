using System.Runtime.InteropServices;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Onnx.Devices;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Tests.Sessions.Captured;

/// <summary>
/// A device's memory that is the host's own, whose queues do everything as late as they may: only when somebody waits for it. Whoever
/// forgets to wait finds old numbers.
/// </summary>
internal sealed class LateMemory : IDeviceMemory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceQueue, Queue<Action>> _queues = Enum.GetValues<DeviceQueue>().ToDictionary(queue => queue, _ => new Queue<Action>());
    private readonly Dictionary<nint, (DeviceQueue Queue, int Number)> _marks = [];
    private readonly HashSet<int> _passed = [];
    private readonly HashSet<nint> _allocated = [], _locked = [];
    private int _numbers;

    public OrtMemoryInfo Info => OrtMemoryInfo.DefaultInstance;

    /// <summary>Whether everything that was taken was given back.</summary>
    public bool IsClean => _allocated.Count == 0 && _marks.Count == 0 && _locked.Count == 0;

    /// <summary>Addresses of the host's memory whose pages are locked.</summary>
    public IReadOnlyCollection<nint> Locked => _locked;

    /// <summary>How many more tensors fit into it.</summary>
    public int Room { get; set; } = int.MaxValue;

    public nint Allocate(long bytes)
    {
        if (Room-- <= 0)
            throw new DeviceOutOfMemoryException("no room");
        nint address = Marshal.AllocHGlobal((nint)bytes);
        Marshal.Copy(new byte[bytes], 0, address, (int)bytes);
        _allocated.Add(address);
        return address;
    }

    public void Free(nint address)
    {
        Assert.True(_allocated.Remove(address));
        Marshal.FreeHGlobal(address);
    }

    public bool TryLock(nint address, long bytes) => _locked.Add(address);

    public void Unlock(nint address) => Assert.True(_locked.Remove(address));

    public void Copy(DeviceQueue queue, nint to, nint from, long bytes) => Enqueue(queue, () =>
    {
        byte[] content = new byte[bytes];
        Marshal.Copy(from, content, 0, content.Length);
        Marshal.Copy(content, 0, to, content.Length);
    });

    public nint CreateMark()
    {
        nint mark = ++_numbers;
        _marks[mark] = default;
        return mark;
    }

    public void DestroyMark(nint mark) => Assert.True(_marks.Remove(mark));

    public void Mark(DeviceQueue queue, nint mark)
    {
        int number = ++_numbers;
        _marks[mark] = (queue, number);
        Enqueue(queue, () => _passed.Add(number));
    }

    public void WaitFor(DeviceQueue queue, nint mark)
    {
        (DeviceQueue Queue, int Number) awaited = _marks[mark];
        Enqueue(queue, () => Reach(awaited));
    }

    public void Await(nint mark)
    {
        lock (_lock)
            Reach(_marks[mark]);
    }

    public void Dispose()
    {
    }

    private void Enqueue(DeviceQueue queue, Action action)
    {
        lock (_lock)
            _queues[queue].Enqueue(action);
    }

    private void Reach((DeviceQueue Queue, int Number) mark)
    {
        while (mark.Number > 0 && !_passed.Contains(mark.Number))
            _queues[mark.Queue].Dequeue()();
    }
}
