using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Providers;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Tests.Providers;

public class DeviceProbeTests
{
    [Fact]
    public void The_processor_works()
    {
        Assert.Null(DeviceProbe.Try(new DeviceOptions(), new OnnxOptions()));
    }

    [Fact]
    public void A_device_with_a_nonsensical_setting_says_why_not_and_leaves_the_runtimes_log_as_it_was()
    {
        OrtLoggingLevel before = OnnxRuntimeLibrary.EnsureStarted().EnvLogLevel;

        string? reason = DeviceProbe.Try(new DeviceOptions { Provider = "cuda", Settings = new Dictionary<string, string> { ["arena_extend_strategy"] = "nonsense" } }, new OnnxOptions());

        Assert.False(string.IsNullOrWhiteSpace(reason));
        Assert.Equal(before, OnnxRuntimeLibrary.EnsureStarted().EnvLogLevel);
    }
}
