namespace DiffusionClassifier.Core.Answers;

/// <summary>Keeps answers for as long as it has room. Thread-safe.</summary>
public interface IAnswerStore
{
    /// <summary>Bytes that all answers take together, about.</summary>
    long Bytes { get; }

    /// <summary>The answer to a question; null: it is not known, or not any more.</summary>
    KnownAnswer? Find(Question question);

    /// <summary>Keeps an answer, if there is room.</summary>
    void Keep(Question question, KnownAnswer answer);
}
