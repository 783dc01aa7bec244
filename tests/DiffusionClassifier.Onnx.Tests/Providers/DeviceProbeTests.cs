using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Providers;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Tests.Providers;

public class DeviceProbeTests
{
    [Fact]
    public void Try_Processor_Works()
    {
        Assert.Null(DeviceProbe.Try(new DeviceOptions(), new OnnxOptions()));
    }

    [Fact]
    public void Try_DeviceWithNonsenseAsSetting_SaysWhyNotAndLeavesTheRuntimesLogAsItWas()
    {
        OrtLoggingLevel before = OnnxRuntimeLibrary.EnsureStarted().EnvLogLevel;

        string? reason = DeviceProbe.Try(new DeviceOptions { Provider = "cuda", Settings = new Dictionary<string, string> { ["arena_extend_strategy"] = "nonsense" } }, new OnnxOptions());

        Assert.False(string.IsNullOrWhiteSpace(reason));
        Assert.Equal(before, OnnxRuntimeLibrary.EnsureStarted().EnvLogLevel);
    }
}
