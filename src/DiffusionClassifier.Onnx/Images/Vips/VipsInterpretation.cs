namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>What the samples mean (the values of VipsInterpretation in vips/image.h that the decoder tells apart).</summary>
internal enum VipsInterpretation
{
    Cmyk = 15,
}
