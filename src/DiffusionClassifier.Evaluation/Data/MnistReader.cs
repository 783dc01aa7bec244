using System.Buffers.Binary;
using System.IO.Compression;
using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>
/// MNIST's idx files, compressed or not: a folder with the test set (else the training set), or the image file next to its label file.
/// </summary>
internal static class MnistReader
{
    private const int Classes = 10;
    private const int ImagesMagic = 0x803, LabelsMagic = 0x801; // unsigned bytes of 3 dimensions and of 1
    private const int ImagesHeader = 16, LabelsHeader = 8; // bytes: the magic number and a size for each dimension
    private const int MaxSide = 4096; // pixels: anything larger is a damaged header

    /// <param name="path">The folder or file.</param>
    /// <param name="write">Makes image files.</param>
    /// <exception cref="EvaluationException">A file is missing or damaged.</exception>
    public static DataSet Read(string path, WritePng write)
    {
        (string imageFile, string labelFile) = Directory.Exists(path) ? Find(path) : (path, LabelsOf(path));
        byte[] images = Load(imageFile, ImagesMagic, ImagesHeader), labels = Load(labelFile, LabelsMagic, LabelsHeader);
        int count = Int(images, 4), height = Int(images, 8), width = Int(images, 12);
        if (count < 0 || height is < 1 or > MaxSide || width is < 1 or > MaxSide
            || images.Length != ImagesHeader + (long)count * height * width)
        {
            throw new EvaluationException(
                $"--data: {imageFile} is damaged: {images.Length:N0} bytes are not the {count:N0} images of {width} × {height} pixels that "
                    + "it promises.");
        }

        if (Int(labels, 4) != count || labels.Length != LabelsHeader + count)
            throw new EvaluationException($"--data: {labelFile} has {labels.Length - LabelsHeader} labels for {count} images.");
        if (labels.AsSpan(LabelsHeader).IndexOfAnyInRange((byte)Classes, byte.MaxValue) is >= 0 and var bad)
        {
            throw new EvaluationException(
                $"--data: label {bad} of {labelFile} is {labels[LabelsHeader + bad]}; MNIST has {Classes} classes.");
        }

        int size = height * width;
        string name = Path.GetFileName(imageFile);
        return new DataSet("mnist", DataSource.NameOf(path), null, Classes,
            [.. Enumerable.Range(0, count).Select(i => new LabelledImage(i, $"{name}#{i}", labels[LabelsHeader + i],
                _ => Task.FromResult<ReadOnlyMemory<byte>>(write(width, height, Rgb(images.AsSpan(ImagesHeader + i * size, size))))))]);
    }

    private static (string Images, string Labels) Find(string folder)
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(folder)
                .Where(file => Path.GetFileName(file).Contains("images", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        string? found = files.FirstOrDefault(file => Path.GetFileName(file).StartsWith("t10k", StringComparison.Ordinal))
            ?? files.FirstOrDefault();
        return found is null ? throw new EvaluationException($"--data: {folder} has no t10k-images-idx3-ubyte.") : (found, LabelsOf(found));
    }

    private static string LabelsOf(string images)
    {
        string name = Path.GetFileName(images)
            .Replace("images", "labels", StringComparison.Ordinal)
            .Replace("idx3", "idx1", StringComparison.Ordinal);
        string plain = Path.Combine(Path.GetDirectoryName(images)!, name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name);
        string? found = new[] { plain, $"{plain}.gz" }.FirstOrDefault(file => file != images && File.Exists(file));
        return found ?? throw new EvaluationException($"--data: there are no labels for {images}: {plain} is missing.");
    }

    private static byte[] Load(string file, int magic, int header)
    {
        byte[] bytes;
        try
        {
            using FileStream stream = File.OpenRead(file);
            using Stream data = file.EndsWith(".gz", StringComparison.Ordinal)
                ? new GZipStream(stream, CompressionMode.Decompress)
                : stream;
            using var memory = new MemoryStream();
            data.CopyTo(memory);
            bytes = memory.ToArray();
        }
        catch (InvalidDataException)
        {
            throw new EvaluationException($"--data: {file} is damaged: it cannot be decompressed.");
        }

        return bytes.Length >= header && Int(bytes, 0) == magic
            ? bytes
            : throw new EvaluationException($"--data: {file} is not an idx file of MNIST.");
    }

    private static int Int(byte[] bytes, int offset) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(offset));

    private static byte[] Rgb(ReadOnlySpan<byte> grey)
    {
        var pixels = new byte[3 * grey.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = grey[i / 3];
        return pixels;
    }
}
