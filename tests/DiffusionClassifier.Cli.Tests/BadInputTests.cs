using DiffusionClassifier.Testing;
using DiffusionClassifier.Testing.Images;

namespace DiffusionClassifier.Cli.Tests;

/// <summary>Images and values that a server would refuse too.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// Arguments after "classify samples/ship.png", separated by blanks, and what the line must say; %x is a text of 20 kB (.NET itself
    /// aborts on arguments of 50 kB).
    /// </summary>
    public static TheoryData<string, string> Values => new()
    {
        { "--labels ship,ship", "'ship' was sent twice" },
        { "--labels ship,", "A label is empty" },
        { "--labels %x", "has 20,000 characters; the limit is 1,000" },
        { "--labels sh\aip", "control character" },
        { "--labels ‮ship", "'?ship' is not a class" },
        { "--model ../models", "does not exist" },
        { "--model ..\\cifar10", "There is no model" },
        { "--trials NaN", "--trials is 'NaN'; it must be a whole number" },
        { "--trials 99999999999", "it must be a whole number" },
        { "--trials 2147483647", "one request may cost at most 1,000,000" },
        { "--noise-draws 0", "noiseDraws is 0" },
        { "--temperature NaN", "temperature is NaN" },
        { "--temperature -1", "temperature is -1" },
        { "--temperature 1e999", "temperature is Infinity" },
        { "--priors NaN,1,1,1,1,1,1,1,1,1", "Every prior must be" },
        { "--priors -1,1,1,1,1,1,1,1,1,1", "Every prior must be" },
        { "--seed 9007199254740992", "9007199254740991" },
        { "--strategy guess", "it must be" },
        { "--posterior sharp", "it must be" },
        { "--image-mode raw", "it must be" },
        { "--interpolation magic", "it must be" },
        { "--template {label}", "takes no prompts" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_wrong_value_is_one_line_that_says_what_to_do(string arguments, string expected)
    {
        Dclassify run = await Dclassify.RunAsync(["classify", "samples/ship.png", .. arguments.Split(' ')
            .Select(argument => argument.Replace("%x", new string('x', 20_000), StringComparison.Ordinal))]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_file_that_is_not_an_image_is_one_line_with_the_reason()
    {
        (string Path, RefusedImage Image)[] files =
        [
            .. HostileImages.Refused.Values.Select((image, index) => (_folder.Write($"{index}.png", image.Bytes), image)),
        ];

        Dclassify run = await Dclassify.RunAsync(["classify", "--trials", "1", .. files.Select(file => file.Path)]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal(files.Length, run.ErrorLines.Length);
        foreach ((string path, RefusedImage image) in files)
        {
            string line = Assert.Single(run.ErrorLines, line => line.StartsWith($"dclassify: {path}: ", StringComparison.Ordinal));
            Assert.Contains(image.Detail, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Odd_files_that_are_images_are_answered_and_an_animation_says_that_one_frame_was_used()
    {
        string[] files = [.. HostileImages.Accepted.Values.Select((image, index) => _folder.Write($"{index}.png", image))];

        Dclassify run = await Dclassify.RunAsync(["classify", "--trials", "1", .. files]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("animation of 2 frames: only the first was used", run.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
