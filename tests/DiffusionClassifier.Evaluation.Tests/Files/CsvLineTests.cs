using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Tests.Files;

public sealed class CsvLineTests
{
    [Theory]
    [InlineData("a.png,dog", "a.png", "dog")]
    [InlineData(" a.png , dog ", "a.png", "dog")]
    [InlineData("\"a, b.png\", \" dog \"", "a, b.png", "dog")]
    [InlineData("\"a \"\"big\"\" cat\",x", "a \"big\" cat", "x")]
    [InlineData("a 5\" disc,x", "a 5\" disc", "x")] // inside a field a quote is text
    [InlineData("a;b\tc|d,#e", "a;b\tc|d", "#e")] // nothing but the comma separates
    [InlineData("a,,\"\"", "a", "", "")]
    [InlineData(",", "", "")]
    [InlineData("a", "a")]
    public void Fields_are_what_is_between_the_commas_outside_of_quotes(string line, params string[] fields) =>
        Assert.Equal(fields, CsvLine.Split(line));

    [Theory]
    [InlineData("\"open,b")]
    [InlineData("a,\"open")]
    [InlineData("a,\"")]
    public void A_quote_that_is_not_closed_is_refused(string line) =>
        Assert.Equal("A quote is not closed.", Assert.Throws<FormatException>(() => CsvLine.Split(line)).Message);

    [Theory]
    [InlineData("a,b\rc,d")]
    [InlineData("a,\"b\rc\"")]
    public void A_line_break_in_the_line_is_refused(string line) => Assert.Throws<FormatException>(() => CsvLine.Split(line));

    [Fact]
    public void A_line_has_each_field_as_machines_read_it() =>
        Assert.Equal("a.png,0.1,1E-17,12,,\"x, \"\"y\"\"\"", CsvLine.Join(["a.png", 0.1, 1e-17, 12, null, "x, \"y\""]));

    [Theory]
    [InlineData("a b", "-1", "=1+2")]
    [InlineData("", "x", "")]
    [InlineData("\"", ",", "é")]
    public void What_was_joined_is_split_again(params string[] fields) => Assert.Equal(fields, CsvLine.Split(CsvLine.Join(fields)));
}
