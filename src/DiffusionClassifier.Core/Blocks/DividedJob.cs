using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Core.Blocks;

/// <summary>
/// A job whose rows run in blocks, on this replica or on others: which rows nobody has yet, what came back, and where the race stands.
/// Pure; owned by one caller at a time. Blocks may come back in any order, twice or never: the answer is that of the same request in one
/// engine, to the last bit if all blocks ran on devices of one kind.
/// </summary>
public sealed class DividedJob
{
    private readonly JobSettings _settings;
    private readonly JobRace _race;
    private readonly Queue<Block> _lost = new();
    private readonly int[] _places; // of each prompt in _prompts, or -1
    private Likeness? _likeness;
    private IReadOnlyList<string> _warnings = [];
    private double[] _look = []; // the errors since the last look, as LookErrors has them
    private int[] _prompts = []; // that take part until the next look
    private int _position, _index; // of the next row that nobody has: a trial, and a prompt's place in _prompts

    /// <param name="settings">What was asked.</param>
    /// <param name="id">Names the answer.</param>
    public DividedJob(JobSettings settings, string id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, Id, _race, _places) = (settings, id, new JobRace(settings), new int[settings.Prompts.Count]);
    }

    public string Id { get; }

    /// <summary>
    /// The block that runs first, and alone, on the image file itself: its outcome has the latent, and what <see cref="Begin"/> needs.
    /// </summary>
    public Block First => new([.. Enumerable.Range(0, _settings.Prompts.Count)], From: 0, Trials: 1);

    /// <summary>Told the errors of every look once, when it is complete.</summary>
    public Action<LookErrors>? Finished { get; init; }

    /// <summary>Whether <see cref="Begin"/> was called: until then there is only <see cref="First"/> to run.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether the strategy came to its own end.</summary>
    public bool IsDecided => _race.IsDecided;

    public int RowsRecorded => _race.RowsRecorded;

    /// <summary>Rows still to come if no label is eliminated any more.</summary>
    public int RemainingRows => _race.IsDecided ? 0 : _race.RemainingRows;

    /// <summary>Rows before the next look that nobody has.</summary>
    public int OpenRows => IsDecided
        ? 0
        : _lost.Sum(block => block.Rows) + (HasBegun ? _prompts.Length * (_race.LookEnd - _position) - _index : 0);

    /// <summary>What all labels on all trials cost.</summary>
    public int FixedRows => _settings.FixedRows;

    /// <summary>The number of looks that are behind.</summary>
    public int Look { get; private set; }

    /// <summary>The errors since the last look, for a store that lets the job be taken up elsewhere (<see cref="Restore"/>).</summary>
    public LookErrors SinceLastLook => new(Look, [.. _look]);

    /// <summary>Takes note of what <see cref="First"/> found out.</summary>
    /// <param name="samePrompts">Of each prompt the first that is the same to the model; null: all differ.</param>
    /// <param name="warnings">Of the image file and the prompts.</param>
    public void Begin(IReadOnlyList<int>? samePrompts, IReadOnlyList<string> warnings)
    {
        (HasBegun, _warnings) = (true, warnings);
        _likeness = samePrompts is null ? null : Likeness.Of(_settings, [.. samePrompts]);
        _race.Begin(_likeness);
        BeginLook();
    }

    /// <summary>Hands out rows that nobody has. They come back by <see cref="Record"/> or <see cref="GiveBack"/>.</summary>
    /// <param name="rows">About how many, at least 1: whole trials, or a part of one where a trial has more.</param>
    /// <returns>Null where all rows before the next look are handed out or recorded.</returns>
    public Block? Take(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        while (_lost.TryDequeue(out Block? lost))
        {
            if (IsMissing(lost))
                return lost;
        }

        while (_index == 0 && _position < _race.LookEnd && IsComplete(_position))
            _position++;
        if (!HasBegun || IsDecided || _position >= _race.LookEnd)
            return null;
        if (_index == 0 && rows >= _prompts.Length)
        {
            var trials = new Block(_prompts, _position, Math.Min(rows / _prompts.Length, _race.LookEnd - _position));
            _position += trials.Trials;
            return trials;
        }

        var part = new Block(_prompts[_index..Math.Min(_prompts.Length, _index + rows)], _position, Trials: 1);
        _index += part.Prompts.Count;
        if (_index == _prompts.Length)
            (_index, _position) = (0, _position + 1);
        return part;
    }

    /// <summary>The block's rows did not run: somebody else may have them.</summary>
    public void GiveBack(Block block) => _lost.Enqueue(block);

    /// <summary>Takes what came back; what is known already changes nothing.</summary>
    /// <param name="block">Handed out by this object, or by one of the same job before it.</param>
    /// <param name="errors">As <see cref="BlockOutcome.Errors"/>.</param>
    /// <returns>Whether a look is behind now that was not before: who takes part, and <see cref="SinceLastLook"/>, are others.</returns>
    /// <exception cref="ClassificationException">An error is not finite.</exception>
    /// <exception cref="ArgumentException">There are more or fewer errors than rows.</exception>
    public bool Record(Block block, ReadOnlySpan<double> errors)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (errors.Length != block.Rows)
            throw new ArgumentException($"The block has {block.Rows} rows; {errors.Length} errors came back.", nameof(errors));
        bool looked = false;
        for (int trial = 0; trial < block.Trials; trial++)
        {
            for (int prompt = 0; prompt < block.Prompts.Count; prompt++)
                looked |= Keep(block.Prompts[prompt], block.From + trial, errors[prompt * block.Trials + trial], Finished);
        }

        return looked;
    }

    /// <summary>
    /// Takes up what was stored, one look after the other, after <see cref="Begin"/> and before anything is handed out. The race comes to
    /// where it stood.
    /// </summary>
    /// <exception cref="ArgumentException">The errors are not those of the next look of this job.</exception>
    public void Restore(LookErrors stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (stored.Look != Look || stored.Errors.Length != _look.Length)
        {
            throw new ArgumentException(
                $"Look {stored.Look} with {stored.Errors.Length} errors was stored; look {Look} of this job has {_look.Length}.",
                nameof(stored));
        }

        int trials = _race.LookEnd - _race.LookBegin, from = _race.LookBegin;
        int[] prompts = _prompts;
        for (int cell = 0; cell < stored.Errors.Length; cell++)
        {
            if (!double.IsNaN(stored.Errors[cell]))
                Keep(prompts[cell / trials], from + cell % trials, stored.Errors[cell], finished: null);
        }

        // Trials with holes are handed out one by one; those that nobody had begun go on as usual.
        if (Look == stored.Look)
            GiveBackWhatIsMissing();
    }

    /// <summary>The answer by the trials that are complete; null where none is.</summary>
    /// <param name="cost">What it cost.</param>
    public ClassificationResult? Answer(CostSummary cost)
    {
        int trials = _race.Scores.CompleteTrials();
        if (_race.Answer is null && trials == 0)
            return null;
        var job = new JobSnapshot(Id, IsDecided, _race.CutShort, cost, [.. _warnings, .. _likeness?.Warnings ?? []], _likeness);
        return ResultBuilder.Build(_settings, _race.Answer ?? _race.Scores.UpTo(trials), job);
    }

    private bool Keep(int prompt, int position, double error, Action<LookErrors>? finished)
    {
        if (IsDecided || position < _race.LookBegin || position >= _race.LookEnd || _race.Scores.Has(prompt, position)
            || _places[prompt] < 0) // the same as another, or eliminated since
        {
            return false;
        }

        _look[_places[prompt] * (_race.LookEnd - _race.LookBegin) + position - _race.LookBegin] = error;
        int end = _race.LookEnd;
        _race.Record(prompt, position, error);
        if (!IsDecided && _race.LookEnd == end)
            return false;
        finished?.Invoke(SinceLastLook);
        Look++;
        BeginLook();
        return true;
    }

    private bool IsMissing(Block block)
    {
        for (int position = block.From; position < block.From + block.Trials; position++)
        {
            foreach (int prompt in block.Prompts)
            {
                if (!IsDecided && position >= _race.LookBegin && !_race.Scores.Has(prompt, position))
                    return true;
            }
        }

        return false;
    }

    private bool IsComplete(int position)
    {
        int trials = _race.LookEnd - _race.LookBegin;
        for (int at = position - _race.LookBegin; at < _look.Length; at += trials)
        {
            if (double.IsNaN(_look[at]))
                return false;
        }

        return true;
    }

    private void BeginLook()
    {
        _prompts = IsDecided ? [] : [.. Enumerable.Range(0, _race.Prompts).Select(_race.Prompt)];
        Array.Fill(_places, -1);
        foreach ((int place, int prompt) in _prompts.Index())
            _places[prompt] = place;
        _look = [.. Enumerable.Repeat(double.NaN, _prompts.Length * (_race.LookEnd - _race.LookBegin))];
        (_position, _index) = (_race.LookBegin, 0);
    }

    private void GiveBackWhatIsMissing()
    {
        int trials = _race.LookEnd - _race.LookBegin;
        int begun = Enumerable.Range(0, trials).LastOrDefault(
            trial => Enumerable.Range(0, _prompts.Length).Any(index => !double.IsNaN(_look[index * trials + trial])), -1) + 1;
        for (int trial = 0; trial < begun; trial++)
        {
            int[] missing = [.. _prompts.Where((_, index) => double.IsNaN(_look[index * trials + trial]))];
            if (missing.Length > 0)
                _lost.Enqueue(new Block(missing, _race.LookBegin + trial, Trials: 1));
        }

        _position = _race.LookBegin + begun;
    }
}
