namespace DiffusionClassifier.Core.Admission;

/// <summary>How the classes of priority share devices.</summary>
internal static class PriorityWeights
{
    /// <summary>The share of a device that a class gets while all classes have work; the shares sum to 1.</summary>
    public static double Of(PriorityClass priority) => priority switch
    {
        PriorityClass.Interactive => 0.6,
        PriorityClass.Standard => 0.3,
        _ => 0.1,
    };
}
