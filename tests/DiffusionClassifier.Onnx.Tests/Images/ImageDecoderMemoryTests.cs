using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Every native object is given back. Weighs the whole process, so that it must run alone.</summary>
public abstract class ImageDecoderMemoryTests(DecoderUnderTest library)
{
    private readonly IImageDecoder _decoder = library.Create();

    [Fact]
    public void Decoding_thousands_of_files_keeps_memory_flat()
    {
        // 30 kB of pixels an image: a leak of each one's would be over 60 MB.
        byte[] turned = PngWriter.Write(100, 100, PngWriter.Rgb, 8, new byte[30_000], ("eXIf", PngWriter.Exif(6)));
        byte[] profiled = PngWriter.Write(100, 100, PngWriter.Rgb, 8, new byte[30_000], ("iCCP", PngWriter.Profile(SampleFiles.DisplayP3Profile)));
        byte[] truncated = turned[..^40];
        DecodeAll(100);
        long before = NativeBytes();

        DecodeAll(700);

        long growth = NativeBytes() - before;
        Assert.True(growth < 16_000_000, $"Memory grew by {growth} bytes.");

        void DecodeAll(int times)
        {
            for (int i = 0; i < times; i++)
            {
                _decoder.Decode(turned, ImageMode.Default);
                _decoder.Decode(i % 4 == 0 ? profiled : turned, ImageMode.Default);
                Assert.Throws<ClassificationException>(() => _decoder.Decode(truncated, ImageMode.Default));
            }
        }
    }

    /// <summary>The process's memory without what .NET holds.</summary>
    private static long NativeBytes()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet - GC.GetGCMemoryInfo().TotalCommittedBytes;
    }
}
