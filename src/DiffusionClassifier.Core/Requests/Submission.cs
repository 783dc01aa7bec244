using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Requests;

/// <summary>
/// A request, which is only data, with what its host adds: the caller, the owner of the image's memory, and what it is part of.
/// </summary>
/// <param name="Request">What to do; every value is checked.</param>
public sealed record Submission(ClassificationRequest Request)
{
    /// <summary>The caller. Never read from a request's body.</summary>
    public Caller Caller { get; init; } = Caller.Anonymous;

    /// <summary>The shortest time between two interim answers in the handle's progress; null: none are made.</summary>
    public TimeSpan? AnswersEvery { get; init; }

    /// <summary>
    /// Called once when the image is decoded: until then its memory belongs to the request, afterward to the host.
    /// </summary>
    public Action? ReleaseImage { get; init; }

    /// <summary>The request with several images that this is part of: all of them count as one request of its tenant. Null: none.</summary>
    public object? Group { get; init; }

    /// <summary>
    /// Trials that were added after an answer, each number at once: they run after those before, whose rows stay as they were.
    /// </summary>
    public IReadOnlyList<int> FurtherTrials { get; init; } = [];

    /// <summary>The model that answers, if that was decided before; null: as the request says.</summary>
    public ModelChoice? Chosen { get; init; }

    /// <summary>The image's header, if the host has read it; null: the engine reads it.</summary>
    internal ImageHeader? Header { get; init; }

    /// <summary>Noise from outside in place of seeded noise.</summary>
    internal INoiseSource? Noise { get; init; }

    /// <summary>Awaited when the image is decoded, before the first work on a device.</summary>
    internal Func<Task>? Decoded { get; init; }

    /// <summary>What the caller calls a label, for messages.</summary>
    internal string LabelNoun { get; init; } = "label";

    /// <summary>The field that labels come in.</summary>
    internal string LabelField => $"{LabelNoun}s";

    /// <summary>Whether the prediction without a label is scored as well, after the labels.</summary>
    internal bool WithNull { get; init; }
}
