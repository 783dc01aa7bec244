using System.Buffers;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>
/// A picture inside libvips: a description whose pixels are computed when they are fetched. Not thread-safe; belongs to one decode.
/// An operation that fails throws <see cref="VipsException"/>.
/// </summary>
internal sealed class VipsImage : IDisposable
{
    // Rows are fetched in pieces of about this many bytes: large enough to amortise a call, small enough for a processor's cache.
    private const int StripBytes = 256 * 1024;

    private const string ProfileField = "icc-profile-data";

    private readonly VipsHandle _handle;

    private VipsImage(VipsHandle handle) => _handle = handle;

    public int Width => VipsApi.Width(_handle);

    public int Height => VipsApi.Height(_handle);

    /// <summary>Samples a pixel, alpha included.</summary>
    public int Bands => VipsApi.Bands(_handle);

    public VipsBandFormat Format => VipsApi.Format(_handle);

    public VipsInterpretation Interpretation => VipsApi.Interpretation(_handle);

    public bool HasAlpha => VipsApi.HasAlpha(_handle) != 0;

    /// <summary>Whether the file carries a colour profile, be it a usable one or not.</summary>
    public bool HasProfile => HasField(ProfileField);

    /// <summary>Whether the profile can be read and is one for this image's kind of colours.</summary>
    public bool HasUsableProfile =>
        HasProfile && VipsApi.GetBlob(_handle, ProfileField, out nint data, out nuint length) == 0
        && VipsApi.IsCompatibleProfile(_handle, data, length) != 0;

    private int SampleBytes => Format == VipsBandFormat.UShort ? sizeof(ushort) : sizeof(byte);

    /// <summary>Opens a file in memory: reads its header, decodes no pixel.</summary>
    /// <param name="loader">The operation, e.g. "pngload_buffer".</param>
    /// <param name="file">The file; stays pinned until the image and all that was made of it are disposed.</param>
    /// <param name="length">Its bytes.</param>
    public static unsafe VipsImage Open(string loader, MemoryHandle file, int length)
    {
        using VipsHandle operation = NewOperation(loader);
        GValue blob = default;
        VipsApi.InitValue(ref blob, VipsApi.BlobType());
        VipsApi.SetBlob(ref blob, free: 0, file.Pointer, (nuint)length);
        VipsApi.SetProperty(operation, "buffer", blob);
        VipsApi.UnsetValue(ref blob);
        // Top to bottom, so that large pictures are neither held twice nor spilled to a temporary file; damage is an error, not grey pixels.
        return Run(operation, [("access", "sequential"), ("fail_on", "error")]);
    }

    /// <summary>A new image made of this one; both are to be disposed.</summary>
    public VipsImage Apply(string name, params ReadOnlySpan<(string Name, string Value)> options)
    {
        using VipsHandle operation = NewOperation(name);
        GValue input = default;
        VipsApi.InitValue(ref input, VipsApi.ImageType());
        VipsApi.SetObject(ref input, _handle);
        VipsApi.SetProperty(operation, "in", input);
        VipsApi.UnsetValue(ref input);
        return Run(operation, options);
    }

    /// <summary>The same image with all its pixels in memory, for operations that do not read them from top to bottom.</summary>
    public VipsImage ToMemory() => new(Checked(VipsApi.CopyToMemory(_handle)));

    /// <summary>An integer of the metadata, null where it is absent or something else.</summary>
    public int? GetInt(string name)
    {
        if (!HasField(name))
            return null;
        if (VipsApi.GetInt(_handle, name, out int value) == 0)
            return value;
        VipsLibrary.TakeErrors();
        return null;
    }

    /// <summary>Computes the pixels and hands them over in strips of whole rows, from the top.</summary>
    /// <param name="take">Called with the first row of the strip and its samples, [rows, Width, Bands] in the native byte order.</param>
    public unsafe void ReadStrips(Action<int, ReadOnlySpan<byte>> take)
    {
        int width = Width, height = Height;
        int rowsAtOnce = (int)Math.Max(1, StripBytes / ((long)width * Bands * SampleBytes));
        using VipsHandle region = Checked(VipsApi.NewRegion(_handle));
        for (int row = 0; row < height; row += rowsAtOnce)
        {
            nint strip = VipsApi.Fetch(region, 0, row, width, Math.Min(rowsAtOnce, height - row), out nuint length);
            if (strip == 0)
                throw new VipsException(VipsLibrary.TakeErrors());
            try
            {
                take(row, new ReadOnlySpan<byte>((void*)strip, checked((int)length)));
            }
            finally
            {
                VipsApi.Free(strip);
            }
        }
    }

    public void Dispose() => _handle.Dispose();

    private bool HasField(string name) => VipsApi.TypeOfField(_handle, name) != 0;

    private static VipsHandle NewOperation(string name) => Checked(VipsApi.NewOperation(name));

    private static VipsImage Run(VipsHandle operation, ReadOnlySpan<(string Name, string Value)> options)
    {
        foreach ((string name, string value) in options)
        {
            if (VipsApi.SetArgument(operation, name, value) != 0)
                throw new VipsException(VipsLibrary.TakeErrors());
        }

        using VipsHandle built = VipsApi.Build(operation);
        if (built.IsInvalid)
        {
            // A failed operation may hold the outputs that it had already made.
            VipsApi.UnrefOutputs(operation);
            throw new VipsException(VipsLibrary.TakeErrors());
        }

        GValue output = default;
        VipsApi.InitValue(ref output, VipsApi.ImageType());
        VipsApi.GetProperty(built, "out", ref output);
        VipsHandle image = VipsApi.DuplicateObject(ref output);
        VipsApi.UnsetValue(ref output);
        VipsApi.UnrefOutputs(built);
        return new VipsImage(Checked(image));
    }

    private static VipsHandle Checked(VipsHandle handle)
    {
        if (!handle.IsInvalid)
            return handle;
        handle.Dispose();
        throw new VipsException(VipsLibrary.TakeErrors());
    }
}
