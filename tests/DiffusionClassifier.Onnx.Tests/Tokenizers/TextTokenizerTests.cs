using System.Text;
using DiffusionClassifier.Onnx.Tokenizers;

namespace DiffusionClassifier.Onnx.Tests.Tokenizers;

/// <summary>The tokenizer of this build on a vocabulary small enough to work out by hand.</summary>
public sealed class TextTokenizerTests : IDisposable
{
    private const int Seed = 20240917;

    private readonly TokenizerFolder _folder = new();
    private readonly ITextTokenizer _tokenizer;

    public TextTokenizerTests() => _tokenizer = new ClipTokenizer(_folder.Config());

    [Theory]
    [InlineData("low", "low</w>")] // lo, then lo+w</w>
    [InlineData("lower", "lower</w>")] // e+r</w> before lo+w
    [InlineData("lowest", "low e s t</w>")] // without the end of the word, the other rule for low
    [InlineData("new", "ne w</w>")] // there is no rule for ne+w</w>
    [InlineData("news", "new s</w>")]
    [InlineData("abc", "abc</w>")]
    [InlineData("abcd", "ab c d</w>")] // a+b has a lower rank than b+c, and ab+c</w> is a rule for the end
    [InlineData("bcd", "bc d</w>")]
    [InlineData("lololo", "lo lo l o</w>")]
    public void A_word_is_merged_by_rank_from_the_left(string word, string symbols) =>
        Assert.Equal(symbols, TokenizerFolder.Symbols(_tokenizer, word));

    [Theory]
    [InlineData("low new", "low</w> ne w</w>")]
    [InlineData("  low \t\r\n\v\f\u0085\u00a0\u3000 new  ", "low</w> ne w</w>")]
    [InlineData("LOW Low", "low</w> low</w>")]
    [InlineData("a-b", "a</w> -</w> b</w>")]
    [InlineData("a1b23", "a</w> 1</w> b</w> 2</w> 3</w>")]
    [InlineData("b's b'x", "b</w> 's</w> b</w> '</w> x</w>")]
    [InlineData("'!s", "' !</w> s</w>")]
    [InlineData("!! !!!", "!!</w> ! !!</w>")]
    public void Text_is_cut_into_words_as_by_the_pattern(string text, string symbols) =>
        Assert.Equal(symbols, TokenizerFolder.Symbols(_tokenizer, text));

    [Theory]
    [InlineData("\u00e9", 2)] // é: its two bytes, both in the vocabulary
    [InlineData("e\u0301", 2)] // the same é in two characters
    [InlineData("E\u0301\u00c9", 4)]
    [InlineData("\ud83d\ude00", 4)] // an emoji
    [InlineData("\u05d0\u05d0", 4)] // right to left: in the order of the text
    [InlineData("\u0130", 3)] // İ: i and U+0307, which is no letter
    public void Other_scripts_are_read_as_their_UTF8_bytes(string text, int tokens)
    {
        long[] ids = Encode(text, out int count);
        Assert.Equal(tokens, count);
        Assert.DoesNotContain(Id(TokenizerFolder.End), ids[1..(count + 1)]);
    }

    [Theory]
    [InlineData("\u20ac")] // €: three bytes, none of them known
    [InlineData("\0\u0001\u001b")]
    [InlineData("\u2067\u2066")] // marks of writing direction
    public void Each_unknown_byte_gives_the_unknown_token(string text)
    {
        long[] ids = Encode(text, out int count);
        Assert.Equal(Encoding.UTF8.GetByteCount(text), count);
        Assert.All(ids[1..(count + 1)], id => Assert.Equal(Id(TokenizerFolder.End), id));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_read_as_the_replacement_character() =>
        Assert.Equal(Encode("a\ufffdb", out _), Encode("a\ud800b", out _));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\t\n\u2028")]
    public void Nothing_to_read_is_start_end_and_padding(string text)
    {
        long[] ids = Encode(text, out int count);
        Assert.Equal(0, count);
        Assert.Equal([Id(TokenizerFolder.Start), Id(TokenizerFolder.End), .. Enumerable.Repeat(Id(TokenizerFolder.Padding), TokenizerFolder.MaxLength - 2)], ids);
    }

    [Fact]
    public void A_text_of_exactly_the_capacity_is_not_cut()
    {
        long[] ids = Encode(new string('1', _tokenizer.TextCapacity), out int count);
        Assert.Equal(_tokenizer.TextCapacity, count);
        Assert.Equal(Id(TokenizerFolder.End), ids[^1]);
    }

    [Fact]
    public void A_longer_text_is_cut_before_the_end_token_and_counted_whole()
    {
        long[] ids = Encode(string.Concat(Enumerable.Repeat("low ", 100)), out int count);
        Assert.Equal(100, count);
        Assert.Equal([Id(TokenizerFolder.Start), .. Enumerable.Repeat(Id("low</w>"), _tokenizer.TextCapacity), Id(TokenizerFolder.End)], ids);
    }

    [Theory]
    [InlineData(WordSplitter.LongestWord, 1)]
    [InlineData(WordSplitter.LongestWord + 2, 2)]
    [InlineData(100_000, 13)]
    public void A_word_without_end_is_read_in_as_few_pieces_as_its_length_allows(int length, int pieces)
    {
        Encode(string.Concat(Enumerable.Repeat("lo", length / 2)), out int count);
        Assert.Equal((length / 2) + pieces, count); // the last o of a piece carries the mark, so its l and o stay apart
    }

    [Fact]
    public void A_word_without_end_is_not_cut_within_a_character()
    {
        string text = "a" + string.Concat(Enumerable.Repeat("\U00010428", WordSplitter.LongestWord)); // letters of two units each
        Encode(text, out int count);
        Assert.Equal(1 + (4 * WordSplitter.LongestWord), count); // half of a pair would be three bytes instead of two
    }

    [Theory]
    [InlineData("low<end>new", "low</w> <end> ne w</w>")]
    [InlineData("<END><start>", "<end> <start>")]
    [InlineData("<end", "<</w> e n d</w>")]
    [InlineData("a<pad>", "a</w> <</w> p a d</w> ></w>")]
    public void Special_tokens_in_the_text_are_no_parts_of_words(string text, string symbols) =>
        Assert.Equal(symbols, TokenizerFolder.Symbols(_tokenizer, text));

    [Fact]
    public void A_token_that_is_not_normalised_is_found_in_its_own_case_only()
    {
        _folder.Write("special_tokens_map.json", """{ "eos_token": { "content": "<end>", "normalized": false } }""");
        ClipTokenizer tokenizer = new(_folder.Config());
        Assert.Equal("<end>", TokenizerFolder.Symbols(tokenizer, "<end>"));
        Assert.Equal("<</w> e n d</w> ></w>", TokenizerFolder.Symbols(tokenizer, "<END>"));
    }

    [Fact]
    public void Room_of_another_length_is_refused()
    {
        Assert.Throws<ArgumentException>(() => _tokenizer.Encode("low", new long[TokenizerFolder.MaxLength - 1]));
        Assert.Throws<ArgumentException>(() => _tokenizer.Encode("low", new long[TokenizerFolder.MaxLength + 1]));
    }

    [Fact]
    public async Task Random_texts_keep_the_invariants_and_agree_between_threads()
    {
        string[] texts = RandomTexts(2000);
        long[][] expected = [.. texts.Select(text => Encode(text, out _))];
        HashSet<long> vocabulary = [.. TokenizerFolder.Vocabulary.Values.Select(id => (long)id)];
        Assert.All(expected, ids =>
        {
            Assert.Equal(Id(TokenizerFolder.Start), ids[0]);
            Assert.Contains(Id(TokenizerFolder.End), ids[1..]);
            Assert.All(ids, id => Assert.Contains(id, vocabulary));
        });

        ClipTokenizer fresh = new(_folder.Config()); // an empty cache, filled by all threads at once
        await Parallel.ForEachAsync(Enumerable.Range(0, texts.Length * 4), TestContext.Current.CancellationToken, (i, _) =>
        {
            var ids = new long[fresh.MaxLength];
            fresh.Encode(texts[i % texts.Length], ids);
            Assert.Equal(expected[i % texts.Length], ids);
            return ValueTask.CompletedTask;
        });
    }

    public void Dispose() => _folder.Dispose();

    // Any UTF-16 unit, unpaired surrogates too, mixed with what the vocabulary has rules for.
    private static string[] RandomTexts(int count)
    {
        Random random = new(Seed);
        string[] pieces = ["low", "er", "new", "abc", " ", "'s", "!", "<end>", "<START>", "e\u0301", "\ud83d\ude00", "\u0130", "\uac00\u11a8"];
        string Piece() => random.Next(3) == 0 ? ((char)random.Next(char.MaxValue + 1)).ToString() : pieces[random.Next(pieces.Length)];
        return [.. Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => Piece())))];
    }

    private static long Id(string token) => TokenizerFolder.Vocabulary[token];

    private long[] Encode(string text, out int count)
    {
        var ids = new long[_tokenizer.MaxLength];
        count = _tokenizer.Encode(text, ids);
        return ids;
    }
}
