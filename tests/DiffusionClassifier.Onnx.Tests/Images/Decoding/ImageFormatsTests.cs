using System.Text;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images.Decoding;

public sealed class ImageFormatsTests
{
    [Theory]
    [InlineData("FFD8FFE0", "jpeg")]
    [InlineData("89504E470D0A1A0A", "png")]
    [InlineData("524946460000000057454250", "webp")]
    public void The_first_bytes_name_the_format(string hex, string expected) =>
        Assert.Equal(expected, ImageFormats.Recognise(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("GIF89a........", "GIF")]
    [InlineData("GIF87a........", "GIF")]
    [InlineData("II*\0........", "TIFF")]
    [InlineData("MM\0*........", "TIFF")]
    [InlineData("BM\u000E\0\0\0........", "BMP")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("8BPS........", "Photoshop (PSD)")]
    [InlineData("\0\0\0\u0020ftypheic....", "HEIC")]
    [InlineData("\0\0\0\u0020ftypmif1....", "HEIC")]
    [InlineData("\0\0\0\u0020ftypavif....", "AVIF")]
    [InlineData("\0\0\0\u0020ftypisom....", "Video")]
    [InlineData("\0\0\0\u000CJXL ....", "JPEG XL")]
    [InlineData("\0\0\0\u000CjP  ....", "JPEG 2000")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "SVG")]
    [InlineData("<?xml version=\"1.0\"?><!-- a --><svg/>", "SVG")]
    [InlineData("<!DOCTYPE html><p>Not found", "HTML")]
    public void Another_format_is_refused_by_name(string bytes, string name)
    {
        ClassificationException error = Assert.Throws<ClassificationException>(() => ImageFormats.Recognise(Encoding.Latin1.GetBytes(bytes)));

        Assert.Equal(ClassificationError.UnsupportedImageFormat, error.Error);
        Assert.Equal($"{name} is not supported: send JPEG, PNG or WebP.", error.Message);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("B")]
    [InlineData("BM or not BM")]
    [InlineData("RIFF....WAVE")]
    [InlineData("RIFF")]
    [InlineData("\u0089PN")]
    public void Anything_else_is_refused_with_advice(string bytes)
    {
        ClassificationException error = Assert.Throws<ClassificationException>(() => ImageFormats.Recognise(Encoding.Latin1.GetBytes(bytes)));

        Assert.Equal(ClassificationError.UnsupportedImageFormat, error.Error);
        Assert.Contains("send JPEG, PNG or WebP", error.Message, StringComparison.Ordinal);
    }
}
