using System.Text.Json;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Onnx.Tests.Images;

namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>The golden images as models see them, from Pillow's own pixels where decoders differ (JPEG, and BMP, which we do not read).</summary>
internal static class GoldenPixels
{
    public static GoldenImage Image(string name) => GoldenImage.All.Single(image => image.Name == Path.GetFileName(name));

    public static PixelImage Load(string name, ImagePreprocessing preprocessing, JsonElement meta)
    {
        if (meta.TryGetProperty("interpolation", out JsonElement filter))
            preprocessing = preprocessing with { Filter = Enum.Parse<ResizeFilter>(filter.GetString()!, ignoreCase: true) };
        GoldenImage image = Image(name);
        RgbImage pixels = image.IsBmp ? BmpReader.Read(image.File) : image.Decoded() ?? ImageDecoders.Create().Decode(image.File, ImageMode.Reference);
        return new PixelImage(ImagePreprocessor.ToPlanes(Crops.Square(pixels, preprocessing)), preprocessing.Size, []);
    }
}
