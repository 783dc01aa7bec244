using System.Text;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Evaluation.Tests.Data;

public sealed class LabelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("prompt,classname,classidx\na boat.,ship,1\na cat.,cat,0\n\"a cat, sitting.\",cat,0\n")]
    [InlineData("classidx\tclassname\tprompt\n1\tship\ta boat.\n0\tcat\ta cat.\n0\tcat\ta cat, sitting.\n")]
    [InlineData("[{\"label\": \"cat\", \"prompts\": [\"a cat.\",\n \"a cat, sitting.\"]}, {\"label\": \"ship\", \"prompts\": [\"a boat.\"]}]")]
    public void Prompts_of_classes_come_from_a_table_or_from_json_in_the_order_of_their_numbers(string text) => Assert.Equal(
        ["cat: a cat.|a cat, sitting.", "ship: a boat."], Read(text).Select(label => $"{label.Label}: {string.Join('|', label.Prompts!)}"));

    [Theory]
    [InlineData("[\"b\", \"a, c\"]")]
    [InlineData("b\na, c\n")]
    [InlineData("classname\nb\n\"a, c\"\n")]
    [InlineData("label;id\na, c;7\nb;3\n")]
    [InlineData("id,name\n0,b\n1,\"a, c\"\n")]
    [InlineData("Index\tName\n1\ta, c\n0\tb\n")]
    public void Labels_without_prompts_come_from_lines_from_json_or_from_a_table(string text)
    {
        IReadOnlyList<LabelSpec> labels = Read(text);

        Assert.Equal(["b", "a, c"], labels.Select(label => label.Label));
        Assert.All(labels, label => Assert.Null(label.Prompts));
    }

    [Theory]
    [InlineData("prompt,picture\na cat.,x\n", "is not understood")]
    [InlineData("prompt,classname,picture\na cat.,cat,x\n", "is not understood")]
    [InlineData("name,description\ncat,small\n", "is not understood")]
    [InlineData("id\tname\tcategory\n0\tcat\tpet\n", "is not understood")]
    [InlineData("prompt,classname,classidx\n", "no line after its header")]
    [InlineData("prompt,classname,classidx\na cat.,cat\n", "line 2")]
    [InlineData("prompt,classname,classidx\na cat.,cat,one\n", "'one' in line 2")]
    [InlineData("prompt,classname,classidx\na cat.,cat,0\nthe cat.,cat,1\n", "several numbers")]
    [InlineData("prompt,classname,classidx\na cat.,cat,0\na dog.,dog,0\n", "'cat' and 'dog'")]
    [InlineData("[\"cat\", 5]", "begins as JSON")]
    [InlineData("[\"cat\",", "begins as JSON")]
    [InlineData("{\"cat\": [\"a cat.\"]}", "begins as JSON")]
    [InlineData("[{\"label\": \"cat\", \"prompt\": \"a cat.\"}]", "begins as JSON")]
    [InlineData("[]", "empty array")]
    public void A_file_that_is_half_understood_is_refused(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<EvaluationException>(() => Read(text)).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<LabelSpec> Read(string text) => LabelFile.Read("--labels-file", _folder.Write("labels", Encoding.UTF8.GetBytes(text)));
}
