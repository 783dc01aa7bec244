using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>Lays an animation's frame on its canvas.</summary>
internal static class Canvas
{
    /// <summary>Around the frame nothing is: white where transparency is shown on white, and black if it is left out.</summary>
    public static RgbImage Place(RgbImage frame, WebPStill still, ImageMode mode)
    {
        if ((frame.Width, frame.Height) == (still.Width, still.Height))
            return frame;
        byte[] canvas = new byte[checked(still.Width * still.Height * RgbImage.Channels)];
        if (mode == ImageMode.Default)
            Array.Fill(canvas, byte.MaxValue);
        int stride = frame.Width * RgbImage.Channels;
        for (int row = 0; row < frame.Height; row++)
        {
            int start = ((still.Top + row) * still.Width + still.Left) * RgbImage.Channels;
            frame.Pixels.AsSpan(row * stride, stride).CopyTo(canvas.AsSpan(start));
        }

        return new RgbImage(still.Width, still.Height, canvas);
    }
}
