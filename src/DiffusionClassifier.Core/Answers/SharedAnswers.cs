using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Telemetry;

namespace DiffusionClassifier.Core.Answers;

/// <summary>
/// Answers a question once: from what is known, or together with a request that asks the same and is running. Thread-safe.
/// </summary>
internal sealed class SharedAnswers(IAnswerStore store, EngineMetrics metrics)
{
    // A request of a higher class does not wait for one of a lower.
    private readonly SharedWork<(Question, PriorityClass), KnownAnswer> _running = new();

    /// <summary>Begins to ask.</summary>
    public Inquiry Ask(Submission submission, JobSettings settings) =>
        new(this, Question.Of(submission, settings), settings.Priority, IsShared(submission));

    // A client that follows its answer wants to see it come, and one with a deadline may have to be content with less than the whole. And
    // images that wait until all of their request are decoded must not wait for each other's answers as well.
    private static bool IsShared(Submission submission) => submission is { AnswersEvery: null, Request.DeadlineMs: null, Decoded: null };

    /// <summary>One request's question. Used by the request's own flow alone.</summary>
    internal sealed class Inquiry(SharedAnswers owner, Question question, PriorityClass priority, bool isShared) : IDisposable
    {
        private SharedTurn<KnownAnswer>? _turn;

        /// <summary>The answer, if it is known or another request gets it; null: the request must get it itself.</summary>
        /// <exception cref="OperationCanceledException">This request was canceled.</exception>
        public async ValueTask<KnownAnswer?> FindAsync(CancellationToken cancellationToken)
        {
            KnownAnswer? known = owner.Find(question);
            if (known is null && isShared)
            {
                (known, _turn) = await owner._running.WaitAsync((question, priority), note: null, cancellationToken).ConfigureAwait(false);
                if (known is not null)
                    return owner.Count("joined", known);
                known = _turn is null ? null : owner.Find(question); // the one before may have ended in between
            }

            return owner.Count(known is null ? "miss" : "hit", known);
        }

        /// <summary>Tells others, now and later; an answer that was cut short is none for them.</summary>
        /// <param name="answer">The answer.</param>
        /// <param name="isWhole">Whether its explanation, if it has one, is all that it can be.</param>
        public void Answer(KnownAnswer answer, bool isWhole)
        {
            if (!answer.Result.Decision.Complete || !isWhole)
                return;
            owner.Keep(question, answer);
            _turn?.Complete(answer);
        }

        /// <summary>There will be no answer.</summary>
        public void GiveUp(Exception exception)
        {
            if (exception is OperationCanceledException)
                _turn?.Cancel();
        }

        public void Dispose() => _turn?.Dispose();
    }

    private KnownAnswer? Find(Question question) => store.Find(question);

    private void Keep(Question question, KnownAnswer answer) => store.Keep(question, answer);

    private KnownAnswer? Count(string result, KnownAnswer? answer)
    {
        metrics.AnswerShared(result);
        return answer;
    }
}
