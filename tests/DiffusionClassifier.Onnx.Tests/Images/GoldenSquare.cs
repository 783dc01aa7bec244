using System.Text.Json;
using System.Text.RegularExpressions;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>One entry of preprocess.json: what the Python code made of one image with one set of parameters.</summary>
/// <param name="Image">The key of the image: its file name.</param>
/// <param name="Key"><c>sd_SOURCE_FILTER_SIZE</c> or <c>dit_SOURCE_SIZE</c>.</param>
/// <param name="Source">rgb_first, raw or exif_transposed (see the data's README).</param>
/// <param name="Preprocessing">The parameters that the key names.</param>
/// <param name="Entry">Any of <c>u8</c>, <c>f32</c>, <c>sha256_u8</c>, <c>png</c>.</param>
internal sealed partial record GoldenSquare(string Image, string Key, string Source, ImagePreprocessing Preprocessing, JsonElement Entry)
{
    /// <summary>Everything that the data holds; a key that cannot be read is an error, not something to pass over.</summary>
    public static IReadOnlyList<GoldenSquare> All { get; } = GoldenData.Folder is null ? [] :
    [
        .. from image in GoldenData.Json("preprocess/preprocess.json").EnumerateObject()
           from square in image.Value.EnumerateObject()
           select Parse(image.Name, square.Name, square.Value),
    ];

    private static GoldenSquare Parse(string image, string key, JsonElement entry)
    {
        Match match = KeyPattern().Match(key);
        Assert.True(match.Success, $"{image}: the key '{key}' is of no known form.");
        string source = match.Groups["source"].Value;
        int size = int.Parse(match.Groups["size"].Value, null);
        if (match.Groups["crop"].Value == "dit")
            return new(image, key, source, new(size, ImageCrop.Dit), entry);
        return new(image, key, source, new(size, ImageCrop.Sd, Enum.Parse<ResizeFilter>(match.Groups["filter"].Value, ignoreCase: true)), entry);
    }

    [GeneratedRegex("^((?<crop>sd)_(?<source>.+)_(?<filter>[a-z]+)|(?<crop>dit)_(?<source>.+))_(?<size>[0-9]+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex KeyPattern();
}
