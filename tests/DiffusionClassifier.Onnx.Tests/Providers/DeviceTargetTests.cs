using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Providers;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Tests.Providers;

public class DeviceTargetTests
{
    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(8, new[] { 1, 2, 4, 8 })]
    [InlineData(24, new[] { 1, 2, 4, 8, 16, 24 })]
    public void Batch_sizes_are_the_powers_of_two_up_to_the_largest_and_the_largest_itself(int maximum, int[] expected)
    {
        Assert.Equal(expected, new DeviceTarget(new DeviceOptions(), new OnnxOptions { MaxBatch = maximum }).LadderFor(rowLength: 1));
    }

    [Theory]
    [InlineData("cpu", null, null, 32)]
    [InlineData("cuda", null, null, 512)]
    [InlineData("cuda", null, 16, 16)]
    [InlineData("cuda", 256, 16, 256)]
    public void The_largest_batch_is_the_devices_else_the_options_else_the_providers(string provider, int? device, int? options, int expected)
    {
        Assert.Equal(expected, new DeviceTarget(new DeviceOptions { Provider = provider, Batch = device }, new OnnxOptions { MaxBatch = options }).LadderFor(rowLength: 1)[^1]);
    }

    [Theory]
    [InlineData("cuda", 3 * 32 * 32, 512)]
    [InlineData("cuda", 4 * 64 * 64 + 77 * 1024, 128)] // Stable Diffusion 2
    [InlineData("cuda", 100_000_000, 32)]
    [InlineData("cpu", 4 * 64 * 64 + 77 * 1024, 32)]
    public void Where_nobody_sets_the_largest_batch_its_buffers_stay_small(string provider, long rowLength, int expected)
    {
        Assert.Equal(expected, new DeviceTarget(new DeviceOptions { Provider = provider }, new OnnxOptions()).LadderFor(rowLength)[^1]);
        Assert.Equal(600, new DeviceTarget(new DeviceOptions { Provider = provider, Batch = 600 }, new OnnxOptions()).LadderFor(rowLength)[^1]);
    }

    [Theory]
    [InlineData(100_000, 512)]
    [InlineData(3_000_000, 64)]
    public void Features_that_fill_a_devices_memory_make_for_smaller_batches_too(long featureLength, int expected)
    {
        Assert.Equal(expected, new DeviceTarget(new DeviceOptions { Provider = "cuda" }, new OnnxOptions()).LadderFor(3 * 32 * 32, featureLength)[^1]);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(0, null)]
    public void The_processor_has_its_threads_from_the_options_else_from_the_quota_of_the_container(int option, int? expected)
    {
        using SessionOptions session = new DeviceTarget(new DeviceOptions(), new OnnxOptions { Threads = option }).CreateSessionOptions(new SessionNeeds());

        Assert.Equal(expected ?? Environment.ProcessorCount, session.IntraOpNumThreads); // .NET's count honours the quota, ONNX Runtime's own does not
    }
}
