using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>Looks at fixed numbers of trials and eliminates there the labels it was told to.</summary>
internal sealed class FakeElimination(IReadOnlyDictionary<int, int[]> eliminated, int trials) : IElimination
{
    public int EndsWith => 1;

    /// <summary>The numbers of complete trials at which it was asked.</summary>
    public List<int> Looks { get; } = [];

    /// <summary>Thrown at every look, where set.</summary>
    public Exception? Failure { get; init; }

    public int NextLook(int completedTrials) => eliminated.Keys.Append(trials).Where(look => look > completedTrials).Min();

    public void Look(LabelScores scores, int completedTrials)
    {
        if (Failure is not null)
            throw Failure;
        Looks.Add(completedTrials);
        for (int label = 0; label < scores.Arms; label++)
        {
            if (scores.IsAlive(label))
                Assert.Equal(completedTrials, scores.Count(label));
        }

        foreach (int label in eliminated.GetValueOrDefault(completedTrials, []))
            scores.Eliminate(label);
    }
}
