using System.Runtime.InteropServices;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>GObject's variant (gobject/gvalue.h): the type, then two words that only GObject looks into. All zero before g_value_init.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    public nuint Type;
    private readonly ulong _first;
    private readonly ulong _second;
}
