using DiffusionClassifier.Evaluation.Errors;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Data;

/// <summary>CIFAR's binary files, or the folder with them.</summary>
internal static class CifarReader
{
    /// <param name="format">Which of the two.</param>
    /// <param name="path">The folder or file.</param>
    /// <param name="write">Makes image files.</param>
    /// <exception cref="EvaluationException">There is no such file, or it is damaged.</exception>
    public static DataSet Read(CifarFormat format, string path, WritePng write)
    {
        List<LabelledImage> images = [];
        foreach (string file in Files(format, path))
            Read(format, file, write, images);
        return new DataSet(format.Kind, DataSource.NameOf(path), null, format.Classes, images);
    }

    private static string[] Files(CifarFormat format, string path)
    {
        if (!Directory.Exists(path))
            return [path];
        if (Path.Combine(path, format.TestFile) is var test && File.Exists(test))
            return [test];
        string[] others = [.. Directory.EnumerateFiles(path, format.OtherFiles).Order(StringComparer.Ordinal)];
        return others.Length > 0
            ? others
            : throw new EvaluationException($"--data: {path} has no {format.TestFile} or {format.OtherFiles}.");
    }

    private static void Read(CifarFormat format, string file, WritePng write, List<LabelledImage> images)
    {
        byte[] bytes = File.ReadAllBytes(file); // the official one has 31 MB
        if (bytes.Length == 0 || bytes.Length % format.RecordBytes != 0)
        {
            throw new EvaluationException(
                $"--data: {file} is not a {format.Title} file, or is cut off: its {bytes.Length:N0} bytes are not a whole number of "
                    + $"records of {format.RecordBytes:N0}.");
        }

        string name = Path.GetFileName(file);
        for (int record = 0; record < bytes.Length / format.RecordBytes; record++)
        {
            int pixels = record * format.RecordBytes + format.LabelBytes;
            int label = bytes[pixels - 1];
            if (label >= format.Classes)
            {
                throw new EvaluationException(
                    $"--data: record {record} of {file} has the label {label}; {format.Title} has {format.Classes} classes.");
            }

            images.Add(new LabelledImage(images.Count, $"{name}#{record}", label,
                _ =>
                    Task.FromResult<ReadOnlyMemory<byte>>(
                        write(CifarFormat.Size, CifarFormat.Size, Interleave(bytes.AsSpan(pixels, CifarFormat.PixelBytes))))));
        }
    }

    private static byte[] Interleave(ReadOnlySpan<byte> planes)
    {
        int plane = planes.Length / 3;
        var pixels = new byte[planes.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = planes[i % 3 * plane + i / 3];
        return pixels;
    }
}
