namespace DiffusionClassifier.Onnx.Images;

/// <summary>
/// The four antialiasing kernels: weight by distance, in units of the (stretched) pixel grid. Source: Pillow src/libImaging/Resample.c.
/// </summary>
internal static class ResampleKernel
{
    // Keys' cubic with a = -0.5 (Catmull-Rom). OpenCV and torch without antialiasing use -0.75.
    private const double CubicA = -0.5;

    private const int LanczosLobes = 3;

    /// <summary>Distance beyond which the weight is zero.</summary>
    public static double Support(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Box => 0.5,
        ResizeFilter.Bilinear => 1,
        ResizeFilter.Bicubic => 2,
        ResizeFilter.Lanczos => LanczosLobes,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Unknown filter."),
    };

    public static double Weight(ResizeFilter filter, double distance) => filter switch
    {
        ResizeFilter.Box => distance is > -0.5 and <= 0.5 ? 1 : 0,
        ResizeFilter.Bilinear => Math.Max(0, 1 - Math.Abs(distance)),
        ResizeFilter.Bicubic => Cubic(Math.Abs(distance)),
        ResizeFilter.Lanczos => distance is >= -LanczosLobes and < LanczosLobes ? Sinc(distance) * Sinc(distance / LanczosLobes) : 0,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Unknown filter."),
    };

    private static double Cubic(double x)
    {
        if (x < 1)
            return ((CubicA + 2) * x - (CubicA + 3)) * x * x + 1;
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * CubicA : 0;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
