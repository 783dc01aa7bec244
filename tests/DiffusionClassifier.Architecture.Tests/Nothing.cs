namespace DiffusionClassifier.Architecture.Tests;

/// <summary>The assertion of every rule: there is nothing that breaks it. Names all that does, one a line.</summary>
internal static class Nothing
{
    public static void Breaks(IEnumerable<string> offences)
    {
        List<string> all = [.. offences.Distinct().Order(StringComparer.Ordinal)];
        Assert.True(all.Count == 0, $"{all.Count} against this rule:\n{string.Join('\n', all)}");
    }
}
