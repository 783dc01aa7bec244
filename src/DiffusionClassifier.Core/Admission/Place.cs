namespace DiffusionClassifier.Core.Admission;

/// <summary>What a refused request was promised.</summary>
/// <param name="Question"><see cref="Candidate.Question"/> of the request.</param>
/// <param name="Due">When it was told to come back, in seconds.</param>
/// <param name="Cost">Device seconds that it will cost.</param>
internal sealed record Place(int Question, double Due, double Cost)
{
    /// <summary>Whether room is held for it; else it only tells others with the same request how many they are.</summary>
    public bool IsPromise { get; init; }

    /// <summary>Whether its owner came when told to and was refused: he goes before those who were promised a later time.</summary>
    public bool IsOverdue { get; init; }
}
