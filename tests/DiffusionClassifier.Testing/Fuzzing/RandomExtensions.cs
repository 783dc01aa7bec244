namespace DiffusionClassifier.Testing.Fuzzing;

public static class RandomExtensions
{
    public static T Pick<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    /// <summary>True with that probability.</summary>
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;
}
