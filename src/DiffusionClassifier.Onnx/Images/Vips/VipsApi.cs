using System.Runtime.InteropServices;

namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>
/// The part of libvips' and GObject's C API that the decoder calls; <see cref="VipsLibrary"/> loads the library behind it. No function
/// with variable arguments: their calling convention is another one on some platforms.
/// </summary>
internal static partial class VipsApi
{
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Init(string programName);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_concurrency_set")]
    public static partial void SetConcurrency(int threads);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_cache_set_max")]
    public static partial void SetCacheMax(int operations);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_operation_block_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void BlockOperation(string className, int blocked);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_log_set_handler", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial uint SetLogHandler(string domain, int levels, delegate* unmanaged<nint, int, nint, nint, void> handler, nint state);

    /// <summary>Returns all error text so far and clears it, in one locked step; freed with <see cref="Free"/>.</summary>
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_error_buffer_copy")]
    public static partial nint TakeErrors();

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_free")]
    public static partial void Free(nint memory);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_unref")]
    public static partial void Unref(nint instance);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_operation_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial VipsHandle NewOperation(string name);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_object_set_argument_from_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetArgument(VipsHandle operation, string name, string value);

    /// <summary>Builds and returns a new reference, or null where the operation failed.</summary>
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_cache_operation_build")]
    public static partial VipsHandle Build(VipsHandle operation);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_object_unref_outputs")]
    public static partial void UnrefOutputs(VipsHandle operation);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_set_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetProperty(VipsHandle instance, string name, in GValue value);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_object_get_property", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void GetProperty(VipsHandle instance, string name, ref GValue value);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_init")]
    public static partial nint InitValue(ref GValue value, nuint type);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_unset")]
    public static partial void UnsetValue(ref GValue value);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_set_object")]
    public static partial void SetObject(ref GValue value, VipsHandle instance);

    /// <summary>A new reference to the object that the value holds.</summary>
    [LibraryImport(VipsLibrary.Name, EntryPoint = "g_value_dup_object")]
    public static partial VipsHandle DuplicateObject(ref GValue value);

    /// <summary>Makes the value a blob that borrows the memory (with a null <paramref name="free"/>).</summary>
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_value_set_blob")]
    public static unsafe partial void SetBlob(ref GValue value, nint free, void* memory, nuint length);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_blob_get_type")]
    public static partial nuint BlobType();

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_type")]
    public static partial nuint ImageType();

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_width")]
    public static partial int Width(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_height")]
    public static partial int Height(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_bands")]
    public static partial int Bands(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_format")]
    public static partial VipsBandFormat Format(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_interpretation")]
    public static partial VipsInterpretation Interpretation(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_hasalpha")]
    public static partial int HasAlpha(VipsHandle image);

    /// <summary>The type of a metadata field, 0 where the image has no such field.</summary>
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_typeof", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nuint TypeOfField(VipsHandle image, string name);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_int", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetInt(VipsHandle image, string name, out int value);

    /// <summary>Borrows the field's bytes, which live as long as the image.</summary>
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_get_blob", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int GetBlob(VipsHandle image, string name, out nint data, out nuint length);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_icc_is_compatible_profile")]
    public static partial int IsCompatibleProfile(VipsHandle image, nint data, nuint length);

    /// <summary>Evaluates all pixels into memory; null where that fails.</summary>
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_image_copy_memory")]
    public static partial VipsHandle CopyToMemory(VipsHandle image);

    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_region_new")]
    public static partial VipsHandle NewRegion(VipsHandle image);

    /// <summary>Evaluates a rectangle into new memory, freed with <see cref="Free"/>; null where that fails.</summary>
    [LibraryImport(VipsLibrary.Name, EntryPoint = "vips_region_fetch")]
    public static partial nint Fetch(VipsHandle region, int left, int top, int width, int height, out nuint length);
}
