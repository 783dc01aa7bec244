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
    public void Ladder_AnyMaximum_IsPowersOfTwoUpToIt(int maximum, int[] expected)
    {
        Assert.Equal(expected, new DeviceTarget(new DeviceOptions(), new OnnxOptions { MaxBatch = maximum }).Ladder);
    }

    [Theory]
    [InlineData("cpu", null, null, 32)]
    [InlineData("cuda", null, null, 128)]
    [InlineData("cuda", null, 16, 16)]
    [InlineData("cuda", 256, 16, 256)]
    public void Ladder_Maximum_IsTheDevicesElseTheOptionsElseTheProviders(string provider, int? device, int? options, int expected)
    {
        Assert.Equal(expected, new DeviceTarget(new DeviceOptions { Provider = provider, Batch = device }, new OnnxOptions { MaxBatch = options }).Ladder[^1]);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(0, null)]
    public void CreateSessionOptions_OfTheProcessor_HasItsThreadsFromTheOptionsElseFromTheContainersQuota(int option, int? expected)
    {
        using SessionOptions session = new DeviceTarget(new DeviceOptions(), new OnnxOptions { Threads = option }).CreateSessionOptions();

        Assert.Equal(expected ?? Environment.ProcessorCount, session.IntraOpNumThreads); // .NET's count honours the quota, ONNX Runtime's own does not
    }
}
