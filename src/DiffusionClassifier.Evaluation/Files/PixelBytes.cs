namespace DiffusionClassifier.Evaluation.Files;

/// <summary>Pixels as a model sees them, as those of an image file. Stateless.</summary>
internal static class PixelBytes
{
    /// <summary>[3, size, size] from −1 to 1, to [size, size, 3] from 0 to 255.</summary>
    public static byte[] Of(float[] planes)
    {
        int plane = planes.Length / 3;
        var bytes = new byte[planes.Length];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)Math.Clamp(MathF.Round((planes[i % 3 * plane + i / 3] + 1) * 127.5f), 0, 255);
        return bytes;
    }
}
