using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Providers;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Onnx.Tests.Providers;

public sealed class DeviceFinderTests : ILogger
{
    private const string Absent = "[ErrorCode:Fail] /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:2369 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() "
        + "[ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open\nshared object file";

    private readonly List<string> _lines = [];
    private readonly List<string> _probed = [];

    [Fact]
    public void Where_no_device_is_asked_for_CUDA_is_taken_if_it_works()
    {
        Assert.Equal(["cuda:0"], Find(["cuda:0"]));
        Assert.Equal(["cuda:0"], _probed); // once: it takes a second
    }

    [Fact]
    public void Where_no_device_is_asked_for_and_CUDA_does_not_work_the_processor_is_taken_with_one_line_that_says_why()
    {
        Assert.Equal(["cpu:0"], Find([]));
        Assert.Equal("Information: The models run on cpu, because cuda:0 does not work here: "
            + "Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file", Assert.Single(_lines));
    }

    [Fact]
    public void The_processor_is_not_tried()
    {
        Assert.Equal(["cpu:0"], Find([], new DeviceOptions()));
        Assert.Empty(_probed);
    }

    [Fact]
    public void A_device_that_is_named_and_does_not_work_is_refused_with_one_line()
    {
        var exception = Assert.Throws<ArgumentException>(() => Find([], new DeviceOptions { Provider = "cuda", Models = ["sd21"] }));

        Assert.Equal("The device cuda:0 does not work here. Name one that does, or 'auto', which takes the CPU if nothing else works. "
            + "Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file", exception.Message);
    }

    [Fact]
    public void One_of_several_named_devices_that_does_not_work_is_refused_too()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => Find(["cuda:0"], new DeviceOptions { Provider = "CUDA" }, new DeviceOptions { Provider = "cuda", Id = 1 }, new DeviceOptions()));

        Assert.Contains("cuda:1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_automatic_device_for_some_models_keeps_the_models()
    {
        DeviceOptions found = Assert.Single(Finder([]).Find([new DeviceOptions { Provider = "auto", Models = ["cifar10"], Settings = new Dictionary<string, string> { ["prefer_nhwc"] = "1" } }]));

        Assert.Equal(["cifar10"], found.Models);
        Assert.Null(found.Settings); // which the processor would refuse
    }

    [Theory]
    [InlineData("cudaa", 0, "Did you mean 'cuda'? The providers are: auto, cpu, cuda.")]
    [InlineData("tpu", 0, "The providers are: auto, cpu, cuda.")]
    [InlineData("cuda", -1, "negative")]
    public void A_device_of_no_machine_is_refused_with_the_reason(string provider, int id, string expected)
    {
        var exception = Assert.Throws<ArgumentException>(() => Find([], new DeviceOptions { Provider = provider, Id = id }));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu", 0)]
    [InlineData("cuda", int.MaxValue)]
    [InlineData("auto", int.MaxValue)]
    public void A_batch_that_no_device_takes_is_refused(string provider, int batch)
    {
        var exception = Assert.Throws<ArgumentException>(() => Find([], new DeviceOptions { Provider = provider, Batch = batch }));

        Assert.Contains("from 1 to 4096", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu", "prefer_nhwc", "takes none")]
    [InlineData("cuda", "device_id", "Id")]
    public void A_setting_that_the_device_cannot_take_is_refused(string provider, string setting, string expected)
    {
        var exception = Assert.Throws<ArgumentException>(() => Find([], new DeviceOptions { Provider = provider, Settings = new Dictionary<string, string> { [setting] = "1" } }));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Information)
            _lines.Add($"{logLevel}: {formatter(state, exception)}");
    }

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    private IEnumerable<string> Find(string[] working, params DeviceOptions[] wanted) => Finder(working).Find(wanted).Select(device => device.Name);

    private DeviceFinder Finder(string[] working) => new(device =>
    {
        _probed.Add(device.Name);
        return working.Contains(device.Name) ? null : Absent;
    }, this);
}
