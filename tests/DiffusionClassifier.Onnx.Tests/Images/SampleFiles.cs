namespace DiffusionClassifier.Onnx.Tests.Images;

/// <summary>Files in formats that the tests cannot write themselves; made with libvips.</summary>
internal static class SampleFiles
{
    /// <summary>2x1, lossless: red, blue.</summary>
    public static byte[] WebP { get; } = Convert.FromBase64String("UklGRh4AAABXRUJQVlA4TBEAAAAvAQAAAA8Q87//8x8OMqL/AQA=");

    /// <summary>2x1, lossless: red at alpha 128, blue at alpha 0.</summary>
    public static byte[] WebPWithAlpha { get; } = Convert.FromBase64String("UklGRh4AAABXRUJQVlA4TBEAAAAvAQAAEA8Q87//AxgqMqL/AQA=");

    /// <summary>2x1, lossless, two frames: red, blue; then green, green.</summary>
    public static byte[] WebPAnimation { get; } = Convert.FromBase64String(
        "UklGRkgBAABXRUJQVlA4WAoAAAAKAAAAAQAAAAAAQU5JTQYAAAD/////AABBTk1GKgAAAAAAAAAAAAEAAAAAAGQAAAJWUDhMEQAAAC8BAAAADxDzv//zHw4yov8BAEFOTUYo" +
        "AAAAAAAAAAAAAQAAAAAAZAAAAFZQOEwPAAAALwEAAAAH0P+I/gciov8BAEVYSUa6AAAARXhpZgAASUkqAAgAAAAGABIBAwABAAAAAQAAABoBBQABAAAAVgAAABsBBQABAAAA" +
        "XgAAACgBAwABAAAAAgAAABMCAwABAAAAAQAAAGmHBAABAAAAZgAAAAAAAAA4YwAA6AMAADhjAADoAwAABgAAkAcABAAAADAyMTABkQcABAAAAAECAwAAoAcABAAAADAxMDAB" +
        "oAMAAQAAAP//AAACoAQAAQAAAAIAAAADoAQAAQAAAAIAAAAAAAAA");

    /// <summary>16x16: red grows to the right (16 a pixel), green downwards, blue is 128. Quality 90, no metadata.</summary>
    public static byte[] Jpeg { get; } = Convert.FromBase64String(
        "/9j/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQU" +
        "FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAQABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABwj/xAAZEAABBQAAAAAAAAAA" +
        "AAAAAAAABgcjMqH/xAAYAQACAwAAAAAAAAAAAAAAAAAGCAUHCf/EABsRAAICAwEAAAAAAAAAAAAAAAAFBCEGMTIi/9oADAMBAAIRAxEAPwCVUo1NIcLgmON2R+Nv+fQzJNqa" +
        "Q4A0xxuxq8bf8+hiSbU0hwB5jjdmY2NvubGZKNTSHAFmON2NVjb7mz//2Q==");

    /// <summary>The colour profile "Display P3" (a wider gamut than sRGB's).</summary>
    public static byte[] DisplayP3Profile { get; } = Convert.FromBase64String(
        "AAAB4GxjbXMEIAAAbW50clJHQiBYWVogB+IAAwAUAAkADgAdYWNzcE1TRlQAAAAAc2F3c2N0cmwAAAAAAAAAAAAAAAAAAPbWAAEAAAAA0y1oYW5kguKocouKP/clPrmS7iTW" +
        "rgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAKZGVzYwAAAPwAAAAkY3BydAAAASAAAAAid3RwdAAAAUQAAAAUY2hhZAAAAVgAAAAsclhZWgAAAYQAAAAUZ1hZWgAA" +
        "AZgAAAAUYlhZWgAAAawAAAAUclRSQwAAAcAAAAAgZ1RSQwAAAcAAAAAgYlRSQwAAAcAAAAAgbWx1YwAAAAAAAAABAAAADGVuVVMAAAAIAAAAHABzAFAAMwBDbWx1YwAAAAAA" +
        "AAABAAAADGVuVVMAAAAGAAAAHABDAEMAMAAAWFlaIAAAAAAAAPbWAAEAAAAA0y1zZjMyAAAAAAABDEIAAAXe///zJQAAB5MAAP2Q///7of///k4AAAOaAADAFFhZWiAAAAAA" +
        "AACD3wAAPb8AAAAAWFlaIAAAAAAAAEq/AACxNwAACrVYWVogAAAAAAAAKDgAABEKAADIeHBhcmEAAAAAAAMAAAACZmkAAPKnAAANWQAAE9AAAApb");

    /// <summary><see cref="Jpeg"/> with a profile: APP2's content is the name, part 1 of 1, the profile.</summary>
    public static byte[] JpegWithProfile(byte[] profile) => JpegWithSegment(Jpeg, 0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. profile]);

    /// <summary>A JPEG with an EXIF block.</summary>
    public static byte[] JpegWithExif(byte[] jpeg, byte[] exif) => JpegWithSegment(jpeg, 0xE1, [.. "Exif\0\0"u8, .. exif]);

    /// <summary>A segment goes after the first two bytes, which are the image's start.</summary>
    private static byte[] JpegWithSegment(byte[] jpeg, byte marker, byte[] content)
    {
        int length = content.Length + sizeof(ushort);
        return [.. jpeg[..2], 0xFF, marker, (byte)(length >> 8), (byte)length, .. content, .. jpeg[2..]];
    }
}
