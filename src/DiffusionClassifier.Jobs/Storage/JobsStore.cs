namespace DiffusionClassifier.Jobs.Storage;

/// <summary>The name under which grains find the store.</summary>
internal static class JobsStore
{
    public const string Name = "jobs";
}
