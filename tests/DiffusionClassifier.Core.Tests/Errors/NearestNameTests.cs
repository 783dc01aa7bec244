using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Core.Tests.Errors;

public class NearestNameTests
{
    private static readonly string[] Names = ["airplane", "automobile", "bird", "cat", "deer", "dog"];

    [Theory]
    [InlineData("aeroplane", "airplane")]
    [InlineData("AUTOMOBIL", "automobile")]
    [InlineData("brid", "bird")]
    [InlineData("catt", "cat")]
    [InlineData("dgo", "dog")]
    [InlineData("auto", null)]
    [InlineData("boat", null)]
    [InlineData("beer", "deer")] // one letter: it may be a slip
    [InlineData("frog", null)]
    [InlineData("zebra crossing", null)]
    [InlineData("", null)]
    public void A_misspelled_word_finds_the_closest_name_or_none(string word, string? expected)
    {
        Assert.Equal(expected, NearestName.Find(word, Names));
    }

    [Fact]
    public void A_very_long_word_finds_no_name()
    {
        Assert.Null(NearestName.Find(new string('a', 1 << 20), [new string('a', 1 << 20)]));
    }
}
