using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Tests.Tokenizers;

public sealed class TextNormalizerTests
{
    [Theory]
    [InlineData("A\u030a", "\u00e5")] // composed
    [InlineData("\u212b", "\u00e5")] // a singleton: the Ångström sign
    [InlineData("\u212a", "k")] // the Kelvin sign
    [InlineData("q\u0323\u0307", "q\u0323\u0307")] // nothing to compose
    [InlineData("q\u0307\u0323", "q\u0323\u0307")] // marks in canonical order
    [InlineData("d\u0307\u0323", "\u1e0d\u0307")] // reordered, then composed
    [InlineData("a\u0315\u0300", "\u00e0\u0315")] // the class of what stands between is higher: not blocked once reordered
    [InlineData("a\u0305\u0301", "a\u0305\u0301")] // same class between: blocked
    [InlineData("\u0958", "\u0915\u093c")] // excluded from composition
    [InlineData("\u1112\u1161\u11ab", "\ud55c")] // Hangul letters
    [InlineData("\ud558\u11ab", "\ud55c")]
    [InlineData("\u1f88\u0301", "\u1f84")] // ᾈ and an acute: by way of its full decomposition
    [InlineData("\ufb01", "\ufb01")] // a compatibility ligature stays
    [InlineData("\ud834\udd5e", "\ud834\udd57\ud834\udd65")] // beyond U+FFFF
    public void Normalised_text_is_in_form_C(string text, string expected) =>
        Assert.Equal(expected, TextNormalizer.Normalize(text));

    [Theory]
    [InlineData("\u0130", "i\u0307")] // İ, the one character that becomes two
    [InlineData("\u039f\u03a3", "\u03bf\u03c3")] // a final Σ is no exception, as each character is taken by itself
    [InlineData("\u01c5", "\u01c6")] // a titlecase digraph
    [InlineData("\u1e9e", "\u00df")] // capital ß
    [InlineData("\u00df", "\u00df")]
    [InlineData("I", "i")]
    [InlineData("\u13a0", "\uab70")] // Cherokee
    [InlineData("\ud801\udc00", "\ud801\udc28")] // Deseret, beyond U+FFFF
    [InlineData("\u216b", "\u217b")] // a Roman numeral, which is no letter
    public void Capital_letters_become_the_lower_case_of_each_character(string text, string expected) =>
        Assert.Equal(expected, TextNormalizer.Normalize(text));

    [Theory]
    [InlineData(" a \t\r\n b ", " a b ")]
    [InlineData("\u2003\u2028\u00a0\u3000", " ")]
    [InlineData("a\u200bb", "a\u200bb")] // a zero-width space is none
    [InlineData("a\u001cb", "a\u001cb")] // nor are separators that Python takes for white space
    [InlineData("", "")]
    public void White_space_becomes_one_space(string text, string expected) =>
        Assert.Equal(expected, TextNormalizer.Normalize(text));

    [Fact]
    public void A_long_run_of_marks_keeps_the_order_within_a_class()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0301\u0316\u0302", 1000)); // classes 230, 220, 230
        string expected = "b" + new string('\u0316', 1000) + string.Concat(Enumerable.Repeat("\u0301\u0302", 1000));
        Assert.Equal(expected, TextNormalizer.Normalize("b" + marks));
    }

    [Theory]
    [InlineData("\uFFFE")] // .NET's own method refuses it
    [InlineData("\uFFFF")]
    [InlineData("\uFDD0")]
    public void What_is_no_character_stays_and_its_neighbours_are_composed(string text) =>
        Assert.Equal($"\u00e5{text}\u00e5", TextNormalizer.Normalize($"a\u030a{text}a\u030a"));

    [Fact] // an attribute cannot hold these
    public void Halves_of_pairs_are_replaced_one_by_one() =>
        Assert.Equal("\u00e5\ufffd\ufffd\u00e5\ufffd", TextNormalizer.Normalize("a\u030a\uDE00\uD83Da\u030a\uD83D"));

    [Theory]
    [InlineData("e\u0301", "\u00e9")] // cut before the ASCII letter
    [InlineData("\U00010400", "\U00010428")] // without an ASCII letter: cut anywhere but within a pair
    public void A_text_without_end_is_normalised_as_its_parts_are(string unit, string expected)
    {
        const int times = 50_000;
        string text = "\u4e00" + string.Concat(Enumerable.Repeat(unit, times)); // so that pairs begin at odd places
        Assert.Equal("\u4e00" + string.Concat(Enumerable.Repeat(expected, times)), TextNormalizer.Normalize(text));
    }
}
