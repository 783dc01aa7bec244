namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>The devices of the settings, as users write them: environment variables and arguments.</summary>
public sealed class DeviceTests
{
    private const string NoMachines = "99"; // the id of a device that no machine has

    [Fact]
    public async Task A_device_that_is_named_and_not_there_ends_the_server_with_one_line()
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync([("Engine__Devices__0__Provider", "cuda"), ("Engine__Devices__0__Id", NoMachines)]);

        Assert.Equal(2, exitCode);
        Assert.Contains("cannot start: The device cuda:99 does not work here.", Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_with_all_its_settings_is_read()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync(
            [("Engine__Devices__0__Provider", "cpu"), ("Engine__Devices__0__Models__0", "cifar10"), ("Engine__Devices__0__Models__1", "scenes"), ("Engine__Devices__0__Batch", "4")]);

        Assert.Contains("cifar10 is ready on cpu:0", service.Output, StringComparison.Ordinal);
        Assert.Contains(" rows/s in batches of 1, 2, 4.", service.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Engine:Devices:0:Provider=cudaa", "There is no provider 'cudaa' for a device. Did you mean 'cuda'? The providers are: auto, cpu, cuda.")]
    [InlineData("--Engine:Devices:0:Settings:threads=2", "the CPU takes none")]
    [InlineData("--Engine:Devices:0:Models:0=nothing", "would run none of the models")]
    [InlineData("--Engine:Devices:0:Batch=0", "batch")]
    public async Task A_device_of_no_machine_ends_the_server_with_the_reason(string argument, string expected)
    {
        (int exitCode, string output) = await ServiceProcess.RunAsync(argument);

        Assert.Equal(2, exitCode);
        Assert.Contains("cannot start", output, StringComparison.Ordinal);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
