using System.Collections.Concurrent;
using DiffusionClassifier.Core.Answers;

namespace DiffusionClassifier.Core.Tests.Answers;

/// <summary>Keeps all answers.</summary>
internal sealed class StoredAnswers : IAnswerStore
{
    private readonly ConcurrentDictionary<Question, KnownAnswer> _answers = [];

    public int Count => _answers.Count;

    public long Bytes => _answers.Values.Sum(answer => answer.Bytes);

    public KnownAnswer? Find(Question question) => _answers.GetValueOrDefault(question);

    public void Keep(Question question, KnownAnswer answer) => _answers[question] = answer;
}
