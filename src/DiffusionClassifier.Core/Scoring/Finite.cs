using System.Numerics;

namespace DiffusionClassifier.Core.Scoring;

/// <summary>Checks that numbers are finite. Stateless.</summary>
public static class Finite
{
    /// <summary>Whether none of them is NaN or infinite.</summary>
    public static bool All<T>(ReadOnlySpan<T> values) where T : INumberBase<T>
    {
        foreach (T value in values)
        {
            if (!T.IsFinite(value))
                return false;
        }

        return true;
    }

    /// <summary>The number, or null if it is none: one trial has no spread, and JSON has null for that, not NaN.</summary>
    internal static double? OrNull(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
