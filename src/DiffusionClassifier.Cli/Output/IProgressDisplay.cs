namespace DiffusionClassifier.Cli.Output;

/// <summary>Takes the share that is done, 0 to 1, and what is known so far. Thread-safe.</summary>
internal interface IProgressDisplay : IProgress<double>
{
    /// <summary>Shows a few words beside the title, in the place of those before.</summary>
    void Note(string text);
}
