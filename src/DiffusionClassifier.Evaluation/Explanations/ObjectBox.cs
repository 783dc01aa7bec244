namespace DiffusionClassifier.Evaluation.Explanations;

/// <summary>Where in an image an object is, in pixels of its file from the upper left corner.</summary>
internal readonly record struct ObjectBox(double X, double Y, double Width, double Height)
{
    public bool Contains(double x, double y) => x >= X && x < X + Width && y >= Y && y < Y + Height;
}
