using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>
/// Where the race of one job stands: the errors so far, which prompts still take part, and when the strategy looks next. Wherever the rows
/// ran and in whatever order they came back, the same errors give the same race. Owned by the job.
/// </summary>
internal sealed class JobRace
{
    private readonly JobSettings _settings;
    private readonly IElimination _elimination;
    private readonly Questions _questions;
    private Likeness? _likeness;
    private int _outstanding; // errors before the next look that are not recorded yet

    /// <param name="settings">What was asked.</param>
    /// <param name="elimination">Who takes part further; null: as the settings say.</param>
    public JobRace(JobSettings settings, IElimination? elimination = null)
    {
        _settings = settings;
        _elimination = elimination ?? settings.CreateElimination();
        Scores = new LabelScores(settings.Arms, settings.Plan.Count, others: settings.Reference is null ? 0 : 1);
        _questions = new Questions(settings, Scores);
        BeginLook();
    }

    public LabelScores Scores { get; }

    /// <summary>The trials between the last look and the next one.</summary>
    public int LookBegin { get; private set; }

    /// <inheritdoc cref="LookBegin"/>
    public int LookEnd { get; private set; }

    /// <summary>The prompts that still take part, each meaning once.</summary>
    public int Prompts => _questions.Count;

    /// <summary>Rows of one trial.</summary>
    public int RowsPerTrial => _settings.Manifest.RowsOf(Prompts);

    public int RowsRecorded { get; private set; }

    /// <summary>Rows still to come if no label is eliminated any more.</summary>
    public int RemainingRows => RowsOf(_outstanding) + RowsPerTrial * (_settings.Plan.Count - LookEnd);

    /// <summary>Whether the strategy came to its own end.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Why the answer is not what was asked for, in words for the client; null: it is.</summary>
    public string? CutShort { get; private set; }

    /// <summary>The errors that the answer is made of; there once there is one.</summary>
    public ScoresView? Answer { get; private set; }

    /// <summary>The prompt of a row in a trial.</summary>
    /// <param name="index">From 0 to <see cref="Prompts"/>, exclusive.</param>
    public int Prompt(int index) => _questions[index];

    /// <summary>Whether an explanation may still be about a prompt.</summary>
    public bool IsOfUse(int prompt) => _questions.Includes(prompt) || _settings.Contrast?.Label is { } label
        && _settings.Arms.Any(arm => arm.Label == label && arm.Prompts.Contains(prompt));

    /// <summary>Takes note of which prompts are the same to the model. Before the first row.</summary>
    public void Begin(Likeness? likeness)
    {
        _likeness = likeness;
        BeginQuestions();
    }

    /// <summary>Stores one row's error, once. At a look the elimination decides who takes part further.</summary>
    /// <returns>Whether the job is decided.</returns>
    /// <exception cref="ClassificationException">The error is not finite.</exception>
    public bool Record(int prompt, int position, double error)
    {
        _questions.Record(prompt, position, error);
        if (!_settings.Manifest.AllClassesAtOnce || prompt == _questions[0]) // they come from one row
            RowsRecorded++;
        if (--_outstanding > 0)
            return false;

        _elimination.Look(Scores, LookEnd);
        if (LookEnd == _settings.Plan.Count || _questions.Labels() <= _elimination.EndsWith)
        {
            Answer = Scores.UpTo(LookEnd);
            return IsDecided = true;
        }

        BeginLook();
        return false;
    }

    /// <summary>Makes what is known the answer, if one trial is complete.</summary>
    /// <param name="reason">Said in the answer's warnings.</param>
    /// <returns>Whether there is an answer.</returns>
    public bool TryCutShort(string reason)
    {
        int trials = Scores.CompleteTrials();
        if (trials == 0)
            return false;
        Answer = Scores.UpTo(trials);
        CutShort = reason;
        return true;
    }

    private int RowsOf(int errors) => _settings.Manifest.AllClassesAtOnce ? errors / Math.Max(1, Prompts) : errors;

    private void BeginLook()
    {
        LookBegin = LookEnd;
        LookEnd = Math.Clamp(_elimination.NextLook(LookBegin), LookBegin + 1, _settings.Plan.Count);
        BeginQuestions();
    }

    private void BeginQuestions() => _outstanding = _questions.Begin(_likeness) * (LookEnd - LookBegin);
}
