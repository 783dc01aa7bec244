namespace DiffusionClassifier.Evaluation.Explanations;

/// <summary>
/// Whether a map's largest value lies on the object that it is about (Zhang et al., "Top-down Neural Attention by Excitation Backprop",
/// ECCV 2016, section 4.1; theirs allows 15 pixels beside the object, this one none). Stateless.
/// </summary>
internal static class PointingGame
{
    /// <param name="map">The map, over the square in the middle of the image that the model sees.</param>
    /// <param name="image">The image.</param>
    /// <param name="boxes">Where the object is, in pixels of the file; any of several will do.</param>
    public static bool IsHit(PixelMap map, ExplainedImage image, IEnumerable<ObjectBox> boxes)
    {
        (double x, double y) = map.Peak;
        double side = Math.Min(image.ImageWidth, image.ImageHeight);
        return boxes.Any(box => box.Contains(
            (image.ImageWidth - side) / 2 + x * side, (image.ImageHeight - side) / 2 + y * side));
    }
}
