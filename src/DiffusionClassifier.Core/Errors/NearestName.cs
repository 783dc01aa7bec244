namespace DiffusionClassifier.Core.Errors;

/// <summary>"Did you mean …?" for names in error messages.</summary>
public static class NearestName
{
    private const int LongestWord = 64; // longer input is not a misspelling; the table below stays small

    /// <summary>
    /// The candidate closest to <paramref name="word"/> by edit distance, or null if none is close: within a third of the letters of the
    /// longer one, at least one. Short words are close to many others ("boat" to "cat"), so only one slip is allowed for them.
    /// </summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (word.Length > LongestWord)
            return null;
        return candidates
            .Where(candidate => Math.Abs(candidate.Length - word.Length) <= Limit(candidate))
            .Select(candidate => (candidate, Distance: Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.Distance <= Limit(pair.candidate))
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

        int Limit(string candidate) => Math.Max(1, Math.Max(word.Length, candidate.Length) / 3);
    }

    /// <summary>" Did you mean 'x'?" with the nearest candidate, to follow a sentence; "" if none is close.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="candidates">What would have been right.</param>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Find(word, candidates) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    // Levenshtein distance, in which two swapped neighbors also count as one slip (optimal string alignment).
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                int substituted = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(substituted, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[a.Length, b.Length];
    }
}
