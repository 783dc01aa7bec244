namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>Takes the share that is done, 0 to 1, and what is known so far. Thread-safe.</summary>
public interface IProgressDisplay : IProgress<double>
{
    /// <summary>Whether a person is watching it; else a line is written now and then.</summary>
    bool IsWatched { get; }

    /// <summary>Shows a few words next to the title, replacing the previous ones.</summary>
    void Note(string text);

    /// <summary>Writes a line that stays.</summary>
    void WriteLine(string text);
}
