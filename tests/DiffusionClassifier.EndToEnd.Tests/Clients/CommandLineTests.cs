using System.Text.RegularExpressions;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Clients;

/// <summary><c>dclassify --url</c>: a server answers as an engine in the same process does.</summary>
public sealed partial class CommandLineTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, "classify samples/ship.png --trials 8")]
    [InlineData(0, "classify samples/ship.png --labels ship,deer --trials 4 --seed 7 --model cifar10 --json")]
    [InlineData(2, "classify samples/ship.png samples/README.md samples/horse.png --labels ship,horse --trials 8")]
    [InlineData(2, "classify samples/README.md")]
    [InlineData(0, "match samples/ship.png samples/horse.png --captions ship --captions horse --trials 8")]
    public async Task What_is_printed_is_the_same_as_without_a_server_and_so_is_the_exit_code(int expected, string arguments)
    {
        (int ExitCode, string Output) alone = await RunAsync(arguments), served = await RunAsync($"{arguments} --url {fixture.Service.Client.BaseAddress}");

        Assert.Equal(expected, alone.ExitCode);
        Assert.Equal((alone.ExitCode, Lines(alone.Output)), (served.ExitCode, Lines(served.Output)));
    }

    [Theory] // a server knows more models than the one that is chosen here, and may name another
    [InlineData("classify samples/ship.png --labels shp")]
    [InlineData("match samples/ship.png --captions shp")]
    public async Task A_mistake_is_one_line_that_says_what_to_do(string arguments)
    {
        (int exitCode, string output) = await RunAsync($"{arguments} --url {fixture.Service.Client.BaseAddress}");

        Assert.Equal(2, exitCode);
        Assert.Matches(@"^dclassify: 'shp' is not a class of model 'cifar10'[^\n]*Did you mean 'ship'\?[^\n]*\n$", output);
    }

    [Fact]
    public async Task Many_images_are_one_batch_and_a_bad_one_among_them_costs_the_others_nothing()
    {
        using var folder = new TemporaryFolder();
        for (int number = 10; number < 30; number++)
            folder.Write($"{number}.png", await File.ReadAllBytesAsync(Repository.Sample(number % 2 == 0 ? "ship.png" : "horse.png"), Cancellation));
        string arguments = $"classify {folder.Path} --labels ship,horse --trials 8 --csv --url {fixture.Service.Client.BaseAddress}";

        (int good, string answers) = await RunAsync(arguments);
        string batches = await fixture.Service.Client.GetStringAsync("/batches", Cancellation);
        folder.Write("31.png", "no image"u8);
        (int bad, string mixed) = await RunAsync(arguments);

        Assert.Equal((0, 2), (good, bad));
        Assert.Contains("\"total\":20,\"succeeded\":20", batches, StringComparison.Ordinal);
        Assert.Equal(
            Enumerable.Range(10, 20).Select(number => $"{folder.Path}/{number}.png,{(number % 2 == 0 ? "ship" : "horse")}"),
            answers.Split('\n').Skip(1).Where(line => line.Length > 0).Select(line => string.Join(',', line.Split(',').Take(2))).Order(StringComparer.Ordinal));
        Assert.Equal(20, mixed.Split('\n').Count(line => line.Contains(".png,ship,", StringComparison.Ordinal) || line.Contains(".png,horse,", StringComparison.Ordinal)));
        Assert.Single(mixed.Split('\n'), line => line.StartsWith($"dclassify: {folder.Path}/31.png: The bytes are not", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_comes_from_the_environment_or_an_option_and_without_it_one_line_says_what_is_missing()
    {
        const string Key = "0123456789abcdef", Hash = "9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f"; // printf %s KEY | sha256sum
        await using ServiceProcess service = await ServiceProcess.StartAsync("--ApiKeys:0:Name", "ada", "--ApiKeys:0:Sha256", Hash);
        string arguments = $"classify samples/ship.png --labels ship,deer --trials 2 --url {service.Client.BaseAddress}";

        (int ExitCode, string Output) stranger = await RunAsync(arguments), option = await RunAsync($"{arguments} --api-key {Key}"), environment = await RunAsync(arguments, $"DCLASSIFY_API_KEY={Key}");

        Assert.Equal((2, 0, 0), (stranger.ExitCode, option.ExitCode, environment.ExitCode));
        Assert.StartsWith("dclassify: ", Assert.Single(stranger.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("key", stranger.Output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output)> RunAsync(string arguments, string environment = "") =>
        Shell.RunAsync($"cd '{Repository.Root}' && {environment} dotnet '{Repository.Program("DiffusionClassifier.Cli", "dclassify")}' {arguments} 2>&1", Cancellation);

    // Two runs differ in how long they took and in the names of their answers; several images are printed as they are ready.
    private static string Lines(string output) => string.Join('\n', Varying().Replace(output, "").Split('\n').Order(StringComparer.Ordinal));

    [GeneratedRegex("""in \d+\.\d+ s|"(id|batches|\w+Seconds)": [^,\n]+""")]
    private static partial Regex Varying();
}
