using System.Globalization;
using System.Text;

namespace DiffusionClassifier.Testing;

/// <summary>
/// A strict reader of Prometheus' text format 0.0.4: more is refused than scrapers refuse, such as families without a type, samples that do
/// not stand with their family, a series twice, and histograms whose buckets do not add up.
/// </summary>
public sealed class Exposition
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private string? _helped; // the family of a HELP line that has no TYPE line yet
    private string _family = "";

    private Exposition()
    {
    }

    /// <summary>Every series, as <c>name{label="value"}</c> with its labels in their order, and its value.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <summary>Every family's type.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    public static Exposition Parse(string text)
    {
        Assert.True(text.Length == 0 || text[^1] == '\n', "The last line must end.");
        var exposition = new Exposition();
        foreach (string line in text.Split('\n')[..^1])
            exposition.Line(line);
        Assert.Null(exposition._helped);
        foreach ((string family, string type) in exposition._types.Where(pair => pair.Value == "histogram"))
            exposition.CheckHistogram(family);
        return exposition;
    }

    private static bool IsName(string name, bool label) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_' || (!label && letter == ':'));

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private void Line(string line)
    {
        string[] words = line.Split(' ', 4);
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            Assert.Null(_helped);
            _helped = words[2] == _family ? null : words[2]; // it may stand before the type or after it
        }
        else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            Assert.True(IsName(words[2], label: false), line);
            Assert.Contains(words[3], (string[])["counter", "gauge", "histogram"]);
            Assert.True(_helped is null || _helped == words[2], line);
            Assert.True(_types.TryAdd(words[2], words[3]), $"Twice: {line}");
            (_helped, _family) = (null, words[2]);
        }
        else
        {
            Sample(line);
        }
    }

    private void Sample(string line)
    {
        int end = line.IndexOfAny(['{', ' ']);
        string name = line[..end];
        string[] allowed = _types[_family] == "histogram" ? [_family + "_bucket", _family + "_sum", _family + "_count"] : [_family];
        Assert.True(allowed.Contains(name), $"{line} does not stand with its family.");
        Assert.True(_types[_family] != "counter" || name.EndsWith("_total", StringComparison.Ordinal), line);
        int position = end;
        List<(string Key, string Value)> labels = line[position] == '{' ? Labels(line, ref position) : [];
        Assert.Equal(labels.Count, labels.Select(label => label.Key).Distinct().Count());
        Assert.Equal(' ', line[position]);
        string series = name + (labels.Count == 0 ? "" : $"{{{string.Join(',', labels.Select(label => $"{label.Key}=\"{label.Value}\""))}}}");
        Assert.True(_samples.TryAdd(series, Number(line[(position + 1)..])), $"Twice: {series}");
    }

    // From the opening brace to behind the closing one.
    private static List<(string, string)> Labels(string line, ref int position)
    {
        List<(string, string)> labels = [];
        if (line[position + 1] == '}')
        {
            position += 2;
            return labels;
        }

        do
        {
            int equals = line.IndexOf('=', position);
            string key = line[(position + 1)..equals];
            Assert.True(IsName(key, label: true), line);
            Assert.Equal('"', line[equals + 1]);
            position = equals + 2;
            labels.Add((key, Value(line, ref position)));
        }
        while (line[position] == ',');
        Assert.Equal('}', line[position++]);
        return labels;
    }

    // From behind the opening quotation mark to behind the closing one.
    private static string Value(string line, ref int position)
    {
        var value = new StringBuilder();
        for (; line[position] != '"'; position++)
        {
            value.Append(line[position] != '\\' ? line[position] : line[++position] switch
            {
                'n' => '\n',
                '\\' or '"' => line[position],
                _ => throw new FormatException($"An unknown escape: {line}"),
            });
        }

        position++;
        return value.ToString();
    }

    private void CheckHistogram(string family)
    {
        var buckets = _samples.Where(sample => sample.Key.StartsWith(family + "_bucket{", StringComparison.Ordinal))
            .GroupBy(sample => sample.Key[..sample.Key.LastIndexOf("le=\"", StringComparison.Ordinal)]);
        foreach (var series in buckets)
        {
            string labels = series.Key[(family + "_bucket{").Length..].TrimEnd(',');
            string suffix = labels.Length == 0 ? "" : $"{{{labels}}}";
            double[] bounds = [.. series.Select(sample => Number(sample.Key[series.Key.Length..].Split('"')[1]))];
            double[] counts = [.. series.Select(sample => sample.Value)];
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(counts.Order(), counts);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.Equal(counts[^1], _samples[$"{family}_count{suffix}"]);
            Assert.Contains($"{family}_sum{suffix}", _samples);
        }
    }
}
