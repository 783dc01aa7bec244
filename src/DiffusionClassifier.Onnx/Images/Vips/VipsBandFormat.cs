namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>The sample types that the three loaders give (the values of VipsBandFormat in vips/image.h).</summary>
internal enum VipsBandFormat
{
    Byte = 0,
    UShort = 2,
}
