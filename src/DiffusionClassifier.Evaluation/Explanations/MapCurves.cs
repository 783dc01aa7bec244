namespace DiffusionClassifier.Evaluation.Explanations;

/// <summary>What became of the winner's posterior as a map's pixels were put in or taken out, most important first.</summary>
/// <param name="Map">The map: one of <see cref="ExplainedImage.MapNames"/>.</param>
/// <param name="Insertion">Posteriors from the blurred image to the whole one, at equal steps.</param>
/// <param name="Deletion">Posteriors from the whole image to its mean color.</param>
internal sealed record MapCurves(string Map, IReadOnlyList<double> Insertion, IReadOnlyList<double> Deletion)
{
    /// <summary>The area under a curve over 0 to 1 by the trapezoidal rule.</summary>
    /// <param name="curve">Two values or more, at equal steps.</param>
    public static double Area(IReadOnlyList<double> curve) => (curve.Sum() - (curve[0] + curve[^1]) / 2) / (curve.Count - 1);
}
