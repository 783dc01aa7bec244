namespace DiffusionClassifier.Core.Tests;

/// <summary>Arrays of seeded random numbers.</summary>
internal static class RandomArrays
{
    public static float[] Normal(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => (float)NextNormal(random))];

    public static double NextNormal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
