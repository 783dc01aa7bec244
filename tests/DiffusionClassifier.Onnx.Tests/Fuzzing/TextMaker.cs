using System.Text;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>Texts that people would not type, and some that they would.</summary>
internal static class TextMaker
{
    private const int MostParts = 12, LongestRun = 400;

    private static readonly char[] Repeated = ['a', '!', '1', ' ', '\'', '\u0301'];

    private static readonly string[] Phrases = ["a photo of a cat", "THE OTHER DOG", "it's they'll I'd we've 'S ''''", "été", "lowest 1234 newer", "Übergröße ÇA naïve", "İI", "ΑΣ", "日本語", "שלום עולם", "हिन्दी", "각각"];

    private static readonly string[] SpecialTexts = [FuzzTokenizer.Start, FuzzTokenizer.End, "<|EndOfText|>", "<|endoftext|", "|>", "<|", "<|endof", "</w>", "!", "\u2581", "\u0120"];

    private static readonly string[] Spaces = [" ", "  ", "\t", "\r\n", "\u00A0", "\u0085", "\u2003", "\u3000", "\u200B", "\uFEFF", "\u2028", "\v\f"];

    private static readonly string[] Marks =
    [
        "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "\u200D", "\uFE0F", "\u0301", "\u0315\u0300\u05AE", "e\u0301", "\u1100\u1161\u11A8", "\u0344", "\u212B", "\u202E", "\u2066", "\u0000", "\u00AD", "\uD83D", "\uDE00", "\uFFFD", "\uFFFF",
    ];

    private static readonly Func<Random, string>[] Parts =
    [
        random => random.Pick(Phrases),
        random => random.Pick(SpecialTexts),
        random => Change(random.Pick(SpecialTexts), random),
        random => Scalar(random, 0x20, 0x7F),
        random => Scalar(random, 0, 0x20),
        random => Scalar(random, 0x80, 0xD800),
        random => Scalar(random, 0xE000, 0x110000),
        random => ((char)random.Next(0xD800, 0xE000)).ToString(), // half a surrogate pair
        random => random.Pick(Spaces),
        random => random.Pick(Marks),
        random => new string(random.Pick(Repeated), random.Next(LongestRun)),
        random => string.Concat(Enumerable.Repeat(random.Pick(Marks), random.Next(LongestRun))),
        random => string.Concat(Enumerable.Range(0, random.Next(LongestRun)).Select(_ => (char)random.Next('a', 'z' + 1))),
    ];

    public static string Make(Random random)
    {
        StringBuilder text = new();
        for (int parts = random.Next(MostParts); parts > 0; parts--)
            text.Append(random.Pick(Parts)(random));
        return text.ToString();
    }

    private static string Scalar(Random random, int from, int to) => char.ConvertFromUtf32(random.Next(from, to));

    private static string Change(string text, Random random)
    {
        char[] letters = text.ToCharArray();
        letters[random.Next(letters.Length)] = (char)random.Next(0x100);
        return new string(letters);
    }
}
