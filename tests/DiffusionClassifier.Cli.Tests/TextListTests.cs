using System.Text;
using System.Text.Json;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests;

/// <summary>Labels and captions from files.</summary>
public sealed class TextListTests : IDisposable
{
    private const int TooLarge = (8 << 20) + 1;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<byte[], string> Refused => new()
    {
        { [], "is empty: write one text per line" },
        { " \r\n\t\n"u8.ToArray(), "is empty: write one text per line" },
        { [(byte)'s', 0xFF], "is not UTF-8" },
        { Encoding.Unicode.GetBytes("ship"), "control character" },
        { new byte[TooLarge], "has more than 8,388,608 bytes" },
        { Lines(10_001), "10,001 labels were sent; the limit is 10,000" },
        { "ship\nship\n"u8.ToArray(), "'ship' was sent twice" },
        { "ship\nhsip"u8.ToArray(), "Did you mean 'ship'?" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task A_file_that_is_not_a_list_of_labels_is_one_line_that_says_what_to_do(byte[] content, string expected) =>
        await RefuseAsync(expected, "classify", "samples/ship.png", "--labels-file", _folder.Write("labels.txt", content));

    [Fact]
    public async Task Captions_without_a_file_or_from_two_places_are_one_line()
    {
        await RefuseAsync("--captions-file: there is no file nowhere.txt", "match", "samples/ship.png", "--captions-file", "nowhere.txt");
        await RefuseAsync("--labels-file: samples is a folder", "classify", "samples/ship.png", "--labels-file", "samples");
        await RefuseAsync(
            "either --captions or --captions-file", "match", "samples/ship.png", "--caption", "ship", "--captions-file", "nowhere.txt");
    }

    [Theory]
    [InlineData("classify", "--labels-file", "labels")]
    [InlineData("match", "--captions-file", "captions")]
    public async Task Every_line_but_the_blank_ones_is_a_text(string command, string option, string answered)
    {
        string file = _folder.Write("texts.txt", [0xEF, 0xBB, 0xBF, .. "ship\r\n\r\n  horse\ntruck"u8]);

        Dclassify run = await Dclassify.RunAsync(command, "samples/ship.png", option, file, "--trials", "4", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using JsonDocument answer = JsonDocument.Parse(run.Output);
        IEnumerable<string?> texts = answer.RootElement.GetProperty(answered).EnumerateArray()
            .Select(text => text.ValueKind == JsonValueKind.String ? text.GetString() : text.GetProperty("label").GetString());
        Assert.Equal(["horse", "ship", "truck"], texts.Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Lines(int count) => Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, count)));

    private static async Task RefuseAsync(string expected, params string[] arguments)
    {
        Dclassify run = await Dclassify.RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }
}
