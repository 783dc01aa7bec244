using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Images.Decoding;

namespace DiffusionClassifier.Onnx.Images;

/// <summary>
/// Cuts the square out of an image, bit for bit as the paper's two programs do with Pillow. Only the pixels that the crop keeps are
/// computed: a strip of 1 x 10,000 pixels costs no more than a square.
/// </summary>
internal static class Crops
{
    /// <summary>The image as [size, size, 3].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static RgbImage Square(RgbImage image, ImagePreprocessing preprocessing)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(preprocessing.Size, 1, nameof(preprocessing));
        return preprocessing.Crop switch
        {
            ImageCrop.Sd => Sd(image, preprocessing.Size, preprocessing.Filter),
            ImageCrop.Dit => Dit(image, preprocessing.Size),
            _ => throw new ArgumentOutOfRangeException(nameof(preprocessing), preprocessing.Crop, "Unknown crop."),
        };
    }

    /// <summary>
    /// torchvision 0.14's Resize(size) and CenterCrop(size): the short side becomes the size, the long side is truncated, the offset is
    /// rounded half to even (functional.py: _compute_resized_output_size, center_crop).
    /// </summary>
    private static RgbImage Sd(RgbImage image, int size, ResizeFilter filter)
    {
        int shortSide = Math.Min(image.Width, image.Height);
        return Cut(Side(image.Width), Side(image.Height));

        long Side(int side) => side == shortSide ? size : (long)((double)((long)size * side) / shortSide);

        RgbImage Cut(long width, long height) =>
            PillowResize.Resize(image, new ResizedAxis(width, Offset(width), size), new ResizedAxis(height, Offset(height), size), filter);

        long Offset(long side) => (long)Math.Round((side - size) / 2.0, MidpointRounding.ToEven);
    }

    /// <summary>
    /// ADM's center_crop_arr (eval_prob_dit.py): halved with a box filter while twice the size fits, then bicubic to sides rounded half
    /// to even, then the center with a truncated offset.
    /// </summary>
    private static RgbImage Dit(RgbImage image, int size)
    {
        while (Math.Min(image.Width, image.Height) >= 2L * size)
            image = PillowResize.Resize(image, image.Width / 2, image.Height / 2, ResizeFilter.Box);

        double scale = size / (double)Math.Min(image.Width, image.Height);
        return PillowResize.Resize(image, Side(image.Width), Side(image.Height), ResizeFilter.Bicubic);

        ResizedAxis Side(int side)
        {
            long scaled = (long)Math.Round(side * scale, MidpointRounding.ToEven);
            return new ResizedAxis(scaled, (scaled - size) / 2, size);
        }
    }
}
