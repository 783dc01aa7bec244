using System.Runtime.InteropServices;
using NetVips;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>
/// The color profile that an image carries. What libvips thinks of one is the only function that NetVips does not bring along.
/// </summary>
internal static class EmbeddedProfile
{
    private const string Field = "icc-profile-data";

    private static readonly nint IsCompatible = NativeLibrary.GetExport(
        NativeLibrary.Load(LibraryName, typeof(Image).Assembly, searchPath: null), "vips_icc_is_compatible_profile");

    private static string LibraryName =>
        OperatingSystem.IsWindows() ? "libvips-42.dll" : OperatingSystem.IsMacOS() ? "libvips.42.dylib" : "libvips.so.42";

    /// <summary>Whether there is one, be it usable or not.</summary>
    public static bool Exists(Image image) => image.Contains(Field);

    /// <summary>Whether it can be read and is one for this image's kind of colors.</summary>
    public static unsafe bool IsUsable(Image image)
    {
        if (image.Get(Field) is not byte[] profile)
            return false;
        var ask = (delegate* unmanaged<nint, byte*, nuint, int>)IsCompatible;
        fixed (byte* data = profile)
            return ask(image.DangerousGetHandle(), data, (nuint)profile.Length) != 0;
    }
}
