using DiffusionClassifier.Cli.Input;

namespace DiffusionClassifier.Cli.Tests;

/// <summary>One property of a request's record is one field of the API, one option here, one setting of an evaluation.</summary>
public sealed class RequestOptionTests
{
    // What the command line says in another way; and the class to run in, as a process of one's own has no other requests.
    private static readonly Dictionary<string, string?> Elsewhere = new()
    {
        [nameof(ClassificationRequest.Image)] = "<IMAGE>",
        [nameof(MatchRequest.Images)] = "<IMAGE>",
        [nameof(MatchRequest.Captions)] = "--captions",
        [nameof(ImageRequest.Priority)] = null,
    };

    [Theory]
    [InlineData("classify", typeof(ClassificationRequest))]
    [InlineData("match", typeof(MatchRequest))]
    public async Task Each_property_of_a_request_is_an_option(string command, Type request)
    {
        Dclassify run = await Dclassify.RunAsync(command, "--help");

        string[] words = run.Output.Split([' ', '\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> expected = request.GetProperties()
            .Select(property => Elsewhere.TryGetValue(property.Name, out string? other) ? other : RequestOptionName.Of(property)).OfType<string>();
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(expected.Except(words));
    }

    [Fact]
    public async Task An_option_that_is_not_given_leaves_what_the_record_says()
    {
        Dclassify run = await Dclassify.RunAsync("classify", "samples/ship.png", "--trials", "4", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\"seed\": 0", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(ImageRequest.Priority), string.Join(' ', Options()), StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> Options() => new RequestOptions<ClassificationRequest>().All.Select(option => option.Name);
}
