using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Images.Decoding;
using DiffusionClassifier.Onnx.Tests.Images;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>Image files: pixels within the limits and of the size that the header says, or one of the documented errors.</summary>
internal sealed class ImageTarget : FuzzTarget
{
    private const int MaxPixels = 300_000; // a case may decode so many: small enough for thousands of cases

    /// <summary>A case may allocate its pixels a few times over (decoded, oriented, cropped), and some tables.</summary>
    private const long PixelCopies = 4, Tables = 2 << 20;

    private static readonly ImagePreprocessing Square = new(8);

    private readonly DecoderUnderTest _library;
    private readonly IImageDecoder _decoder;
    private readonly ImagePreprocessor _preprocessor;

    public ImageTarget(DecoderUnderTest library)
    {
        _library = library;
        _decoder = library.Create();
        _preprocessor = new ImagePreprocessor(_decoder, new ImageOptions { MaxPixels = MaxPixels });
    }

    public override string Name => "images";

    public override string Arguments => $"{base.Arguments} --decoder {_library.Kind}";

    public override FuzzInput Make(Random random)
    {
        (string name, byte[] bytes) = random.Pick(ImageCorpus.All);
        return random.Next(10) switch
        {
            0 => new FuzzInput(bytes, name),
            1 => new FuzzInput(ByteMutations.Splice(bytes, random.Pick(ImageCorpus.All).Bytes, random), $"{name}, spliced"),
            < 5 => new FuzzInput(ByteMutations.Mutate(bytes, random), $"{name}, bytes changed"),
            < 9 => new FuzzInput(ChangeStructure(bytes, random), $"{name}, structure changed"),
            _ => new FuzzInput(ByteMutations.Mutate(ChangeStructure(bytes, random), random), $"{name}, structure and bytes changed"),
        };
    }

    public override Task<string> CheckAsync(byte[] input, CancellationToken cancellationToken) => Task.FromResult(Check(input));

    private static byte[] ChangeStructure(byte[] bytes, Random random) => bytes switch
    {
        [0xFF, ..] => JpegMutation.Mutate(bytes, random),
        [(byte)'R', ..] => WebPMutation.Mutate(bytes, random),
        _ => PngMutation.Mutate(bytes, random), // for what is no PNG the same as a change of bytes
    };

    private string Check(byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long pixels = 0;
        string outcome;
        try
        {
            ImageHeader header = _preprocessor.ReadHeader(input);
            pixels = (long)header.Width * header.Height;
            Assert.InRange(pixels, 1, MaxPixels);
            CheckPixels(header, _decoder.Decode(input, header, ImageMode.Default), mayTurn: true);
            CheckPixels(header, _decoder.Decode(input, header, ImageMode.Reference), mayTurn: false);
            PixelImage square = _preprocessor.Load(input, header, ImageMode.Default, Square);
            Assert.All(square.Values, value => Assert.InRange(value, -1, 1));
            outcome = "decoded";
        }
        catch (ClassificationException exception) when (IsDocumented(exception.Error))
        {
            Assert.False(pixels > 0 && exception.Error != ClassificationError.InvalidImage, $"The header was accepted, and then {exception.Error}.");
            outcome = exception.Error.ToString();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Tables + 3 * PixelCopies * pixels * RgbImage.Channels, $"{allocated} bytes were allocated for {pixels} pixels.");
        return outcome;
    }

    private static void CheckPixels(ImageHeader header, RgbImage image, bool mayTurn)
    {
        (int, int) size = (image.Width, image.Height);
        Assert.True(size == (header.Width, header.Height) || (mayTurn && size == (header.Height, header.Width)), $"{header} became {size}.");
        Assert.Equal((long)image.Width * image.Height * RgbImage.Channels, image.Pixels.Length);
    }

    private static bool IsDocumented(ClassificationError error) => error is ClassificationError.MissingImage or ClassificationError.UnsupportedImageFormat
        or ClassificationError.InvalidImage or ClassificationError.ImageTooLarge;
}
