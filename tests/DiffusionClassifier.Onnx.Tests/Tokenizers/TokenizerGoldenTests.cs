using System.Text.Json;
using DiffusionClassifier.Onnx.Tokenizers;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Tokenizers;

/// <summary>Ids that Hugging Face's tokenizers made, against ours: every string, every place.</summary>
public sealed class TokenizerGoldenTests(ITestOutputHelper output)
{
    private const string TokensFile = "tokenizer/golden_tokens.json";
    private const string Reference = "ids_sd1"; // the slow tokenizer's; the others are stored where they differ from it
    private const string Fast = "ids_fast_sd1";

    private static readonly string[] Variants = [Reference, "ids_noftfy_sd1", Fast, "ids_openai_clip_sd1"];

    [Fact]
    public void Every_string_gives_the_ids_of_the_fast_tokenizer()
    {
        JsonElement golden = GoldenData.Json(TokensFile);
        List<(TokenizerConfig Config, ITextTokenizer Tokenizer)> tokenizers = [.. TokenizersOf(golden).Select(config => (config, (ITextTokenizer)new ClipTokenizer(config)))];
        int strings = 0, ids = 0, deviations = 0;
        foreach (JsonElement item in golden.GetProperty("items").EnumerateArray())
        {
            strings++;
            string text = item.GetProperty("text").GetString()!;
            foreach ((TokenizerConfig config, ITextTokenizer tokenizer) in tokenizers)
            {
                var actual = new long[tokenizer.MaxLength];
                long[] expected = Expected(item, golden, config, tokenizer.Encode(text, actual));
                Assert.Equal(expected.Length, actual.Length);
                ids += expected.Length;
                deviations += expected.Zip(actual).Count(pair => pair.First != pair.Second);
                if (!expected.SequenceEqual(actual))
                    output.WriteLine($"'{text}': expected {Shown(expected)}, got {Shown(actual)}");
            }
        }

        Report(strings, ids, deviations);
    }

    [Fact]
    public void The_tokens_of_every_string_are_counted_before_the_cut()
    {
        JsonElement golden = GoldenData.Json(TokensFile);
        ClipTokenizer tokenizer = new(TokenizersOf(golden)[0]);
        var ids = new long[tokenizer.MaxLength];
        foreach (JsonElement item in golden.GetProperty("items").EnumerateArray())
        {
            int count = tokenizer.Encode(item.GetProperty("text").GetString()!, ids);
            if (!item.TryGetProperty(Fast, out _))
                Assert.Equal(item.GetProperty("n_tokens").GetInt32(), count);
        }
    }

    [Fact]
    public void Prompts_of_the_cases_give_the_stored_ids()
    {
        int strings = 0, ids = 0, deviations = 0;
        foreach (string file in Directory.EnumerateFiles(GoldenData.Require("cases"), "meta.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            JsonElement meta = GoldenData.Json(Path.GetRelativePath(GoldenData.Folder!, file));
            if (!meta.TryGetProperty("tensors", out JsonElement tensors) || !tensors.TryGetProperty("token_ids", out JsonElement entry))
                continue;
            ClipTokenizer tokenizer = new(TokenizerConfig.Read(GoldenData.Require(meta.GetProperty("bundle").GetString() + "/tokenizer")));
            long[] actual = [.. meta.GetProperty("prompts").EnumerateArray().SelectMany(prompt => Encode(tokenizer, prompt.GetString()!))];
            long[] expected = GoldenData.Array<long>(entry);
            Assert.Equal(expected.Length, actual.Length);
            strings += meta.GetProperty("prompts").GetArrayLength();
            ids += expected.Length;
            deviations += expected.Zip(actual).Count(pair => pair.First != pair.Second);
        }

        Report(strings, ids, deviations);
    }

    [Fact]
    public void How_often_variants_differ_is_listed()
    {
        List<JsonElement> items = [.. GoldenData.Json(TokensFile).GetProperty("items").EnumerateArray()];
        string[] present = [.. Variants.Where(variant => items.Any(item => item.TryGetProperty(variant, out _)))];
        output.WriteLine($"strings whose ids differ, of {items.Count} (ids_sd1: slow tokenizer with ftfy; we follow the fast one, {Fast})");
        foreach (string row in present)
        {
            IEnumerable<string> cells = present.Select(column => $"{items.Count(item => !Ids(item, row).SequenceEqual(Ids(item, column))),20}");
            output.WriteLine($"{row,-20}{string.Concat(cells)}");
        }

        output.WriteLine($"{"",-20}{string.Concat(present.Select(variant => $"{variant,20}"))}");
    }

    /// <summary>One for each way of padding that the bundles know.</summary>
    private static List<TokenizerConfig> TokenizersOf(JsonElement golden)
    {
        int length = golden.GetProperty("max_length").GetInt32();
        List<TokenizerConfig> configs =
        [
            .. Directory.EnumerateDirectories(GoldenData.Require("bundles"))
                .Select(bundle => Path.Combine(bundle, "tokenizer")).Where(Directory.Exists).Order(StringComparer.Ordinal)
                .Select(TokenizerConfig.Read)
                .Where(config => config.MaxLength == length && config.Start.Id == golden.GetProperty("bos").GetInt32() && config.End.Id == golden.GetProperty("eos").GetInt32())
                .DistinctBy(config => config.Padding.Id),
        ];
        Assert.SkipWhen(configs.Count == 0, "No bundle of the golden data has the tokenizer of its golden strings.");
        return configs;
    }

    /// <summary>
    /// The ids that are stored for this padding; where only the fast tokenizer's own, with their padding, are stored, those with the places
    /// after the end token changed.
    /// </summary>
    private static long[] Expected(JsonElement item, JsonElement golden, TokenizerConfig config, int tokens)
    {
        long[] ids = Ids(item, Fast);
        if (golden.GetProperty("pad_sd1").GetInt32() == config.Padding.Id)
            return ids;
        if (golden.GetProperty("pad_sd2").GetInt32() == config.Padding.Id && !item.TryGetProperty(Fast, out _))
            return Ids(item, "ids_sd2");
        ids.AsSpan(Math.Min(tokens + 2, ids.Length)).Fill(config.Padding.Id);
        return ids;
    }

    private static long[] Ids(JsonElement item, string variant) =>
        [.. item.GetProperty(item.TryGetProperty(variant, out _) ? variant : Reference).EnumerateArray().Select(id => id.GetInt64())];

    private static long[] Encode(ClipTokenizer tokenizer, string text)
    {
        var ids = new long[tokenizer.MaxLength];
        tokenizer.Encode(text, ids);
        return ids;
    }

    private static string Shown(long[] ids) => string.Join(' ', ids.Take(32));

    private void Report(int strings, int ids, int deviations)
    {
        output.WriteLine($"tokenizer: {strings} strings, {ids} ids compared, deviations {deviations}");
        GoldenTable.Add($"tokenizer, ids of {strings} strings", ids, $"{deviations} differ", "equal");
        Assert.SkipWhen(ids == 0, "The golden data has nothing of this kind.");
        Assert.Equal(0, deviations);
    }
}
