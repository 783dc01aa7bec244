using System.Globalization;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Explanations;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>
/// A file with lines of <c>path,label,x,y,width,height</c>: where in an image the object is that a label names. Immutable.
/// </summary>
internal sealed class BoxTable
{
    private const string Form = "path,label,x,y,width,height";

    private readonly ILookup<(string Image, string Label), ObjectBox> _boxes;

    private BoxTable(IEnumerable<(string Image, string Label, ObjectBox Box)> rows) =>
        _boxes = rows.ToLookup(row => (row.Image, row.Label), row => row.Box);

    /// <summary>The objects in an image that a label names, of which there may be several or none.</summary>
    public IEnumerable<ObjectBox> Of(string image, string label) => _boxes[(image, label)];

    /// <param name="file">The file.</param>
    /// <param name="data">The images, which it calls by their names.</param>
    /// <param name="labels">The labels that it may name.</param>
    /// <exception cref="EvaluationException">A line is not of this form, or names what there is not.</exception>
    public static BoxTable Read(string file, DataSet data, IReadOnlyList<string> labels)
    {
        HashSet<string> images = [.. data.Images.Select(image => image.Name)], known = [.. labels];
        List<(string Image, string Label, ObjectBox Box)> rows = [];
        foreach ((int index, string line) in TextLines.Read("--boxes", file).Index())
        {
            if (index == 0 && line.Equals(Form, StringComparison.OrdinalIgnoreCase))
                continue;
            (string image, string label, ObjectBox box) = Row(line)
                ?? throw Wrong("is not " + Form + ", in pixels, with a width and height above 0.");
            if (!images.Contains(image))
                throw Wrong($"names {image}, which is no image of {data.Title}: write its path as the data set does.");
            if (!known.Contains(label))
                throw Wrong($"names '{label}', which is none of the labels.");
            rows.Add((image, label, box));

            EvaluationException Wrong(string fault) => new($"--boxes: line {index + 1} of {file} {fault}");
        }

        return new BoxTable(rows);
    }

    private static (string Image, string Label, ObjectBox Box)? Row(string line)
    {
        try
        {
            return CsvLine.Split(line) is [{ Length: > 0 } image, { Length: > 0 } label, var x, var y, var width, var height]
                && (Number(x), Number(y), Number(width), Number(height)) is ({ } left, { } top, > 0 and var across, > 0 and var down)
                ? (image, label, new ObjectBox(left, top, across, down))
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}
