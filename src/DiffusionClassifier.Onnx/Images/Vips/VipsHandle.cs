using Microsoft.Win32.SafeHandles;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>One reference to a GObject of libvips (operation, image or region), given back on disposal.</summary>
internal sealed class VipsHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public VipsHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle()
    {
        VipsApi.Unref(handle);
        return true;
    }
}
