namespace DiffusionClassifier.Evaluation.Data;

/// <summary>One image of a data set and its true class.</summary>
/// <param name="Index">Its place in the data set, from 0; the same in every run.</param>
/// <param name="Name">The file, or the record in a file, for people.</param>
/// <param name="Class">Index of its true class in the data set.</param>
/// <param name="ReadAsync">Its bytes as an image file.</param>
public sealed record LabelledImage(int Index, string Name, int Class, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> ReadAsync)
{
    /// <summary>Its file; null if it is a record of one.</summary>
    public string? File { get; init; }
}
