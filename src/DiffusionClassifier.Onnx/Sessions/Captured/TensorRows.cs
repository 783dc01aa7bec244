namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>The first rows of a tensor.</summary>
internal readonly record struct TensorRows(DeviceTensor Tensor, int Rows)
{
    public long Bytes => Tensor.Layout.Bytes(Rows);
}
