using System.Text.Json;

namespace DiffusionClassifier.Cli.Tests;

public sealed class MatchTests
{
    private static readonly string[] Pair =
    [
        "match", "samples/ship.png", "samples/horse.png", "--caption", "ship", "--caption", "horse", "--trials", "16",
    ];

    [Fact]
    public async Task Two_images_find_their_captions_and_normalized_scores_find_their_images()
    {
        Dclassify run = await Dclassify.RunAsync([.. Pair, "--normalize-by-null", "--json"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument match = JsonDocument.Parse(run.Output);
        Assert.Equal(
            ["ship", "horse"],
            match.RootElement.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("prediction").GetString()!));
        Assert.Equal(
            [true, true, true],
            match.RootElement.GetProperty("winoground").EnumerateObject().Select(verdict => verdict.Value.GetBoolean()));
        Assert.Equal(2 * 3 * 16, match.RootElement.GetProperty("cost").GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task A_table_says_that_images_are_not_comparable()
    {
        Dclassify run = await Dclassify.RunAsync(Pair);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Winoground: text right", run.Output, StringComparison.Ordinal);
        Assert.Contains("not comparable", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Captions_may_be_an_array_and_the_former_name_of_the_option_still_works()
    {
        Dclassify run = await Dclassify.RunAsync(
            "match", "samples/ship.png", "--captions", "[\"horse\", \"deer\"]", "--caption=ship", "--trials", "8", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument match = JsonDocument.Parse(run.Output);
        Assert.Equal(["horse", "deer", "ship"], match.RootElement.GetProperty("captions").EnumerateArray().Select(text => text.GetString()!));
    }

    [Fact]
    public async Task Captions_that_differ_only_in_which_object_has_which_color_find_their_images()
    {
        Dclassify run = await Dclassify.RunAsync(
            "match", "samples/red-circle-blue-square.png", "samples/blue-circle-red-square.png",
            "--captions", "a red circle and a blue square", "--captions", "a blue circle and a red square", "--normalize-by-null", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument match = JsonDocument.Parse(run.Output);
        Assert.Equal("scenes", match.RootElement.GetProperty("model").GetString());
        Assert.Equal(
            [true, true, true],
            match.RootElement.GetProperty("winoground").EnumerateObject().Select(verdict => verdict.Value.GetBoolean()));
    }
}
