using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Tests.Providers;

public class CudaProviderTests
{
    private static readonly DeviceOptions Device = new() { Provider = CudaProvider.Word, Id = 1 };

    [Theory]
    [InlineData(false, "0")] // 10 bits of a product are too few for the differences between labels
    [InlineData(true, "1")] // without it cuDNN's engines for half precision are left out too
    public void Tensor_cores_are_for_half_precision(bool half, string expected)
    {
        Assert.Equal(expected, CudaProvider.Settings(Device, new SessionNeeds(half))["use_tf32"]);
    }

    [Fact]
    public void A_session_captures_and_orders_its_channels_as_it_needs()
    {
        Dictionary<string, string> plain = CudaProvider.Settings(Device, new SessionNeeds());
        Dictionary<string, string> captured = CudaProvider.Settings(Device, new SessionNeeds { Capture = true, ChannelsLast = true });

        Assert.Equal(("0", "0", "1"), (plain["enable_cuda_graph"], plain["prefer_nhwc"], plain["device_id"]));
        Assert.Equal(("1", "1", "1"), (captured["enable_cuda_graph"], captured["prefer_nhwc"], captured["device_id"]));
        Assert.Equal("HEURISTIC", captured["cudnn_conv_algo_search"]);
    }

    [Fact]
    public void The_devices_own_settings_win_except_that_they_cannot_have_moving_tensors_captured()
    {
        DeviceOptions device = Device with { Settings = new Dictionary<string, string> { ["use_tf32"] = "1", ["enable_cuda_graph"] = "1" } };

        Dictionary<string, string> settings = CudaProvider.Settings(device, new SessionNeeds());

        Assert.Equal(("1", "0"), (settings["use_tf32"], settings["enable_cuda_graph"]));
    }
}
