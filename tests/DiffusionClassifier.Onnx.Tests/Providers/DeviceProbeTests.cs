using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Models;
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

    [Theory]
    [InlineData("cuda")]
    [InlineData("webgpu")]
    public void Try_DeviceWithNonsenseAsSetting_SaysWhyNotAndLeavesTheRuntimesLogAsItWas(string provider)
    {
        OrtLoggingLevel before = OrtEnv.Instance().EnvLogLevel;

        string? reason = DeviceProbe.Try(new DeviceOptions { Provider = provider, Settings = new Dictionary<string, string> { ["arena_extend_strategy"] = "nonsense", ["storageBufferCacheMode"] = "nonsense" } }, new OnnxOptions());

        Assert.False(string.IsNullOrWhiteSpace(reason));
        Assert.Equal(before, OrtEnv.Instance().EnvLogLevel);
    }
}
