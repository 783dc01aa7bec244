namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>The element types that are one kind of number to whoever fills a graph's inputs. Stateless.</summary>
internal static class TensorElements
{
    public static readonly TensorElement[] Floats = [TensorElement.Float, TensorElement.Half, TensorElement.BFloat16];

    public static readonly TensorElement[] Whole = [TensorElement.Int64, TensorElement.Int32];

    public static readonly TensorElement[] Numbers = [.. Whole, .. Floats];

    public static bool IsFloat(this TensorElement element) => Floats.Contains(element);
}
