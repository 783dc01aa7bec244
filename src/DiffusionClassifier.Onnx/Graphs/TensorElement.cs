namespace DiffusionClassifier.Onnx.Graphs;

/// <summary>The element types that bundles use, by their numbers in ONNX (onnx.proto, TensorProto.DataType).</summary>
internal enum TensorElement
{
    Unknown = 0,
    Float = 1,
    Int32 = 6,
    Int64 = 7,
    Half = 10,
    BFloat16 = 16,
}
