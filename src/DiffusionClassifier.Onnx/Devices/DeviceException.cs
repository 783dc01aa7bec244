namespace DiffusionClassifier.Onnx.Devices;

/// <summary>A device's driver refused a call.</summary>
internal sealed class DeviceException(string message) : Exception(message);
