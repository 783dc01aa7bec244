namespace DiffusionClassifier.EndToEnd.Tests;

/// <summary>Tests with several servers under load: side by side they would starve each other on two cores.</summary>
internal static class ManyProcesses
{
    /// <summary>The collection of such tests.</summary>
    public const string OneAtATime = "many processes";
}
