namespace DiffusionClassifier.Onnx.Tests.Golden;

/// <summary>How far a value may be from its golden one.</summary>
/// <param name="Absolute">In the value's own unit.</param>
/// <param name="Relative">As a share of the golden value.</param>
/// <param name="OfRms">As a share of the root mean square of the array that the value stands in.</param>
internal readonly record struct Tolerance(double Absolute, double Relative = 0, double OfRms = 0)
{
    public static readonly Tolerance Exact = new(0);

    public double Allowed(double expected, double rms) => Absolute + Relative * Math.Abs(expected) + OfRms * rms;

    public override string ToString()
    {
        List<string> parts = [];
        if (Absolute > 0)
            parts.Add(FormattableString.Invariant($"{Absolute:0.#e+0}"));
        if (Relative > 0)
            parts.Add(FormattableString.Invariant($"{Relative:0.#e+0} of the value"));
        if (OfRms > 0)
            parts.Add(FormattableString.Invariant($"{OfRms:0.#e+0} of the rms"));
        return parts.Count == 0 ? "equal" : string.Join(" + ", parts);
    }
}
