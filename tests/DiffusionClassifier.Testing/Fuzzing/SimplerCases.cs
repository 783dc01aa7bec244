using CsCheck;

namespace DiffusionClassifier.Testing.Fuzzing;

/// <summary>
/// A failing case, then cases that are like the smallest one known to fail, with some of its choices taken out, made 0 or changed.
/// CsCheck by itself would draw whole cases anew until a smaller one fails, which for a failure of one case in thousands is never.
/// </summary>
/// <param name="target">What makes the cases.</param>
/// <param name="failing">The case that failed.</param>
/// <param name="edits">Draws what is changed: CsCheck's own numbers differ from run to run.</param>
internal sealed class SimplerCases(FuzzTarget target, FuzzCase failing, PCG edits) : Gen<FuzzCase>
{
    private const uint MostEdits = 3; // together: the length of something, and its parts

    private bool _begun;

    /// <summary>The smallest that failed so far, as whoever tries the cases says.</summary>
    public FuzzCase Smallest { get; set; } = failing;

    public override FuzzCase Generate(PCG pcg, Size? min, out Size size)
    {
        List<ulong> choices = [.. Smallest.Choices];
        if (_begun)
        {
            for (uint i = edits.Next(MostEdits) + 1; i > 0 && choices.Count > 0; i--)
                Edit(choices);
        }

        _begun = true;
        return FuzzCases.Make(target, new ChoiceRandom(choices), out size);
    }

    private void Edit(List<ulong> choices)
    {
        int at = (int)edits.Next((uint)choices.Count);
        int count = Math.Min(1 << (int)edits.Next(Bits((ulong)choices.Count) + 1), choices.Count - at);
        switch (edits.Next(5))
        {
            case 0:
                choices.RemoveRange(at, count);
                break;
            case 1:
                for (int i = at; i < at + count; i++)
                    choices[i] = 0;
                break;
            case 2 when choices[at] > 0:
                choices[at] = edits.Next64(choices[at]);
                break;
            case 3 when choices[at] > 0:
                choices[at] -= Math.Min(choices[at], 1UL << (int)edits.Next(Bits(choices[at])));
                break;
            case 4: // larger may be simpler: an earlier cut, another file to begin with
                choices[at] = edits.Next64(2 * choices[at] + 2);
                break;
        }
    }

    private static uint Bits(ulong value) => (uint)(64 - System.Numerics.BitOperations.LeadingZeroCount(value));
}
