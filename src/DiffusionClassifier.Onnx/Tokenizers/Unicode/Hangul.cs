namespace DiffusionClassifier.Onnx.Tokenizers.Unicode;

/// <summary>Korean syllables are composed from their letters by arithmetic, not by table (Unicode standard, section 3.12).</summary>
internal static class Hangul
{
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7; // tail 0 means: none
    private const int Leads = 19, Vowels = 21, Tails = 28, Syllables = Leads * Vowels * Tails;

    public static bool TryDecompose(int point, out (int First, int? Second) parts)
    {
        int syllable = point - SyllableBase;
        (int pair, int tail) = Math.DivRem(syllable, Tails);
        parts = tail > 0
            ? (point - tail, TailBase + tail)
            : (LeadBase + (pair / Vowels), VowelBase + (pair % Vowels));
        return syllable is >= 0 and < Syllables;
    }

    public static bool TryCompose(int first, int second, out int composed)
    {
        (int lead, int vowel, int tail, int syllable) = (first - LeadBase, second - VowelBase, second - TailBase, first - SyllableBase);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
        {
            composed = SyllableBase + (((lead * Vowels) + vowel) * Tails);
            return true;
        }

        composed = first + tail;
        return syllable is >= 0 and < Syllables && syllable % Tails == 0 && tail is > 0 and < Tails;
    }
}
