namespace DiffusionClassifier.Onnx.Devices;

/// <summary>The queues of a device: work in one of them is done in order, work in different ones side by side.</summary>
internal enum DeviceQueue
{
    /// <summary>Copies to the device.</summary>
    Upload,

    /// <summary>Copies within the device's memory, to graphs and from them.</summary>
    Move,

    /// <summary>Copies from the device.</summary>
    Download,
}
