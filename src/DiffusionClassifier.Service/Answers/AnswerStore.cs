using DiffusionClassifier.Core.Answers;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Answers;

/// <summary>Keeps answers in memory. Owns them; thread-safe.</summary>
internal sealed class AnswerStore(IOptions<CacheOptions> options, TimeProvider time) : IAnswerStore, IDisposable
{
    private readonly BoundedCache<KnownAnswer> _answers = new(options.Value.MaxBytes, keepFor: null, time);

    /// <summary>Whether it keeps anything at all.</summary>
    public bool IsOn { get; } = options.Value.MaxBytes > 0;

    /// <inheritdoc/>
    public long Bytes => _answers.Bytes;

    /// <inheritdoc/>
    public KnownAnswer? Find(Question question) => _answers.Find(question);

    /// <inheritdoc/>
    public void Keep(Question question, KnownAnswer answer) => _answers.Keep(question, answer, answer.Bytes);

    public void Dispose() => _answers.Dispose();
}
