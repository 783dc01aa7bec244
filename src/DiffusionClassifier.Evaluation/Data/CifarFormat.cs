namespace DiffusionClassifier.Evaluation.Data;

/// <summary>The official binary records of CIFAR: label bytes, then 3 × 32 × 32 bytes in planes of red, green and blue.</summary>
/// <param name="Kind">The word for <c>--data</c>.</param>
/// <param name="Title">For messages.</param>
/// <param name="LabelBytes">How many label bytes a record has; the last one is the class (CIFAR-100: coarse, fine).</param>
/// <param name="Classes">How many classes there are.</param>
/// <param name="TestFile">The test set's name in the official folder.</param>
/// <param name="OtherFiles">Pattern of the other sets, taken if there is no test set.</param>
internal sealed record CifarFormat(string Kind, string Title, int LabelBytes, int Classes, string TestFile, string OtherFiles)
{
    /// <summary>Width and height in pixels.</summary>
    public const int Size = 32;

    public static CifarFormat Cifar10 { get; } = new("cifar10", "CIFAR-10", 1, 10, "test_batch.bin", "*_batch*.bin");

    public static CifarFormat Cifar100 { get; } = new("cifar100", "CIFAR-100", 2, 100, "test.bin", "train.bin");

    public static int PixelBytes => 3 * Size * Size;

    public int RecordBytes => LabelBytes + PixelBytes;
}
