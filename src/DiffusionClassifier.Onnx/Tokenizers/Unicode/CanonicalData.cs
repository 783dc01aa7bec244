using System.Globalization;

namespace DiffusionClassifier.Onnx.Tokenizers.Unicode;

/// <summary>Canonical decompositions, compositions and combining classes: the embedded <c>canonical.txt</c>, read once. Immutable.</summary>
internal sealed class CanonicalData
{
    private const string Resource = "canonical.txt";

    private readonly Dictionary<int, (int First, int? Second)> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];
    private readonly Dictionary<int, int> _classes = [];

    private CanonicalData()
    {
        using Stream stream = typeof(CanonicalData).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}.");
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                Add(line.Split(' '));
        }
    }

    public static CanonicalData Instance { get; } = new();

    /// <summary>The one or two code points that a code point stands for; false where it stands for itself.</summary>
    public bool TryDecompose(int point, out (int First, int? Second) parts) => _decompositions.TryGetValue(point, out parts);

    public bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue((first, second), out composed);

    /// <summary>The canonical combining class; 0 for a starter.</summary>
    public int Class(int point) => _classes.GetValueOrDefault(point);

    // The forms of a line are explained in the file's own head.
    private void Add(string[] fields)
    {
        if (fields[1] == ":")
        {
            string[] range = fields[0].Split("..");
            for (int point = Hex(range[0]); point <= Hex(range[1]); point++)
                _classes[point] = int.Parse(fields[2], CultureInfo.InvariantCulture);
            return;
        }

        (int First, int? Second) parts = (Hex(fields[2]), fields.Length > 3 ? Hex(fields[3]) : null);
        _decompositions[Hex(fields[0])] = parts;
        if (fields[1] == "=")
            _compositions[(parts.First, parts.Second!.Value)] = Hex(fields[0]);
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
