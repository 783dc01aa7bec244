using System.Runtime.InteropServices;
using System.Text;

namespace DiffusionClassifier.Onnx.Tokenizers.Unicode;

/// <summary>
/// Unicode normalisation form C (UAX #15). Our own because this program runs in .NET's globalization-invariant mode, in which
/// <see cref="string.Normalize()"/> returns its argument unchanged (dotnet/runtime docs/design/features/globalization-invariant-mode.md), and
/// the other way to the data is to ship ICU (30 MB). Thread-safe.
/// </summary>
/// <remarks>
/// Hugging Face's tables are older than these: the order of combining marks that Unicode 13 and 14 brought (U+A82C, U+1ACD) may differ.
/// </remarks>
internal static class CanonicalComposition
{
    private const char LastUnaffected = '\u02FF'; // nothing up to here decomposes for good or combines with its neighbour

    /// <summary>The text in form C; an unpaired surrogate becomes U+FFFD.</summary>
    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', LastUnaffected))
            return text;
        List<int> points = Decompose(text);
        Span<int> span = CollectionsMarshal.AsSpan(points);
        Reorder(span);
        StringBuilder builder = new(text.Length);
        Span<char> utf16 = stackalloc char[2];
        foreach (int point in span[..ComposePairs(span)])
            builder.Append(utf16[..new Rune(point).EncodeToUtf16(utf16)]);
        return builder.ToString();
    }

    private static List<int> Decompose(string text)
    {
        List<int> points = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, points);
        return points;
    }

    private static void Decompose(int point, List<int> points)
    {
        if (!CanonicalData.Instance.TryDecompose(point, out (int First, int? Second) parts) && !Hangul.TryDecompose(point, out parts))
        {
            points.Add(point);
            return;
        }

        Decompose(parts.First, points);
        if (parts.Second is { } second)
            Decompose(second, points);
    }

    /// <summary>Sorts each run of combining marks by class; marks of one class keep their order.</summary>
    private static void Reorder(Span<int> points)
    {
        for (int start = 0; start < points.Length; start++)
        {
            int end = start;
            while (end < points.Length && CanonicalData.Instance.Class(points[end]) > 0)
                end++;
            if (end - start > 1)
                SortByClass(points[start..end]);
            start = end;
        }
    }

    // Array.Sort is not stable, and an insertion sort would be quadratic on a text that is all marks: the position joins the key.
    private static void SortByClass(Span<int> marks)
    {
        var keys = new long[marks.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = ((long)CanonicalData.Instance.Class(marks[i]) << 32) | (uint)i;
        keys.AsSpan().Sort(marks);
    }

    /// <summary>Joins each starter with the marks after it that no other mark blocks, in place; returns the new length.</summary>
    private static int ComposePairs(Span<int> points)
    {
        int length = 0, starter = -1, lastClass = 0;
        foreach (int point in points)
        {
            int pointClass = CanonicalData.Instance.Class(point);
            bool blocked = starter < 0 || (length - 1 > starter && lastClass >= pointClass);
            if (!blocked && TryCompose(points[starter], point, out int composed))
            {
                points[starter] = composed;
                continue;
            }

            if (pointClass == 0)
                starter = length;
            lastClass = pointClass;
            points[length++] = point;
        }

        return length;
    }

    private static bool TryCompose(int first, int second, out int composed) =>
        CanonicalData.Instance.TryCompose(first, second, out composed) || Hangul.TryCompose(first, second, out composed);
}
