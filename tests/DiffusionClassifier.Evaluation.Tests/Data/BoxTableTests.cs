using System.Text;
using DiffusionClassifier.Evaluation.Data;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Explanations;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Evaluation.Tests.Data;

public sealed class BoxTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Boxes_are_found_by_image_and_label()
    {
        BoxTable boxes = Read("path,label,x,y,width,height\na.png,cat,1,2,3,4\na.png,\"dog, big\",5,6.5,7,8\na.png,cat,0,0,1,1\n");

        Assert.Equal([new ObjectBox(1, 2, 3, 4), new ObjectBox(0, 0, 1, 1)], boxes.Of("a.png", "cat"));
        Assert.Equal([new ObjectBox(5, 6.5, 7, 8)], boxes.Of("a.png", "dog, big"));
        Assert.Empty(boxes.Of("b.png", "cat"));
    }

    [Theory]
    [InlineData("a.png,cat,1,2,3", "line 2", "path,label,x,y,width,height")]
    [InlineData("a.png,cat,1,2,0,4", "line 2", "above 0")]
    [InlineData("a.png,cat,1,left,3,4", "line 2", "path,label,x,y,width,height")]
    [InlineData("a.png,cat,1,NaN,3,4", "line 2", "path,label,x,y,width,height")]
    [InlineData("c.png,cat,1,2,3,4", "line 2", "no image of csv:x")]
    [InlineData("a.png,cow,1,2,3,4", "line 2", "'cow', which is none of the labels")]
    public void A_line_that_makes_no_sense_is_refused_with_its_number(string line, params string[] parts)
    {
        EvaluationException refusal = Assert.Throws<EvaluationException>(() => Read($"b.png,cat,1,2,3,4\n{line}\n"));

        Assert.All(parts, part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', refusal.Message);
    }

    public void Dispose() => _folder.Dispose();

    private BoxTable Read(string text)
    {
        LabelledImage[] images = [.. ((string[])["a.png", "b.png"]).Select((name, index) => new LabelledImage(index, name, 0, null!))];
        string file = _folder.Write("boxes.csv", Encoding.UTF8.GetBytes(text));
        return BoxTable.Read(file, new DataSet("csv", "x", ["cat"], 1, images), ["cat", "dog, big"]);
    }
}
