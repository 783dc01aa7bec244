namespace DiffusionClassifier.Onnx.Tests.Golden.Families;

/// <summary>A line of the table of families.</summary>
internal sealed class FamilyLine
{
    /// <summary>Of a row's error from PyTorch's, as a share of it.</summary>
    public double Deviation { get; set; }

    public SortedSet<string> Timesteps { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Types { get; } = new(StringComparer.Ordinal);
}
