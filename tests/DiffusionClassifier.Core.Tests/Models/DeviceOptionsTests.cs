using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Tests.Models;

public class DeviceOptionsTests
{
    [Theory]
    [InlineData("cpu", "cpu:0")]
    [InlineData("cuda:3", "cuda:3")]
    [InlineData("cuda:0", "cuda:0")]
    public void A_provider_with_or_without_an_id_is_that_device(string text, string name)
    {
        Assert.Equal(name, DeviceOptions.TryParse(text)?.Name);
    }

    [Fact]
    public void Settings_of_a_device_are_kept()
    {
        DeviceOptions? device = DeviceOptions.TryParse("cuda:1, prefer_nhwc=1,gpu_mem_limit=2147483648");

        Assert.Equal(new Dictionary<string, string> { ["prefer_nhwc"] = "1", ["gpu_mem_limit"] = "2147483648" }, device?.Settings);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":1")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:one")]
    [InlineData("cuda:1:2")]
    [InlineData("cuda:4294967296")]
    [InlineData("cuda,")]
    [InlineData("cuda,prefer_nhwc")]
    [InlineData("cuda,=1")]
    public void Anything_else_is_not_a_device(string text)
    {
        Assert.Null(DeviceOptions.TryParse(text));
    }
}
