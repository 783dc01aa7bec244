using System.Runtime.CompilerServices;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Tests.Providers;

/// <summary>Some tests call ONNX Runtime before any code of ours: its telemetry is off before those, too.</summary>
internal static class TelemetryOff
{
    [ModuleInitializer]
    internal static void BeforeAllTests() => RuntimeHelpers.RunModuleConstructor(typeof(OnnxRuntimeLibrary).Module.ModuleHandle);
}
