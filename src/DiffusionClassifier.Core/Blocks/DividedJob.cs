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
    private readonly Dictionary<(int Prompt, int Position), double> _ahead = []; // what came of trials after the next look
    private readonly bool[] _takesPart; // by prompt
    private Likeness? _likeness;
    private IReadOnlyList<string> _warnings = [];
    private int[] _prompts = []; // that take part until the next look
    private int _position, _index; // of the next row that nobody has: a trial, and a prompt's place in _prompts

    /// <param name="settings">What was asked.</param>
    /// <param name="id">Names the answer.</param>
    public DividedJob(JobSettings settings, string id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, Id, _race, _takesPart) = (settings, id, new JobRace(settings), new bool[settings.Prompts.Count]);
    }

    public string Id { get; }

    /// <summary>
    /// The block that runs first, and alone, on the image file itself: its outcome has the latent, and what <see cref="Begin"/> needs.
    /// </summary>
    public Block First => new([.. Enumerable.Range(0, _settings.Prompts.Count)], From: 0, Trials: 1);

    /// <summary>Whether <see cref="Begin"/> was called: until then there is only <see cref="First"/> to run.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Whether the strategy came to its own end.</summary>
    public bool IsDecided => _race.IsDecided;

    public int RowsRecorded => _race.RowsRecorded;

    /// <summary>Rows still to come if no label is eliminated any more.</summary>
    public int RemainingRows => _race.IsDecided ? 0 : _race.RemainingRows;

    /// <summary>About how many rows before the next look nobody has.</summary>
    public int OpenRows => IsDecided
        ? 0
        : _lost.Sum(RowsOf) + (HasBegun ? RowsPerTrial * (_race.LookEnd - _position) - Math.Min(_index, RowsPerTrial - 1) : 0);

    /// <summary>What all labels on all trials cost.</summary>
    public int FixedRows => _settings.FixedRows;

    private int RowsPerTrial => _settings.Manifest.RowsOf(_prompts.Length);

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

    /// <summary>Evaluations of the denoiser that a block takes.</summary>
    public int RowsOf(Block block)
    {
        ArgumentNullException.ThrowIfNull(block);
        return _settings.Manifest.RowsOf(block.Prompts.Count) * block.Trials;
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

        for (; HasBegun && !IsDecided && _position < _race.LookEnd; (_position, _index) = (_position + 1, 0))
        {
            if (_index == 0 && rows >= RowsPerTrial && IsUntouched(_position))
                return TakeTrials(rows / RowsPerTrial);
            if (TakePart(rows) is { } part)
                return part;
        }

        return null;
    }

    /// <summary>The block's rows did not run: somebody else may have them.</summary>
    public void GiveBack(Block block) => _lost.Enqueue(block);

    /// <summary>
    /// Takes what came back, or what was stored of a job that is taken up again; what is known already changes nothing. In any order.
    /// </summary>
    /// <param name="block">Handed out by this object, or by one of the same job before it.</param>
    /// <param name="errors">As <see cref="BlockOutcome.Errors"/>.</param>
    /// <exception cref="ClassificationException">An error is not finite.</exception>
    /// <exception cref="ArgumentException">There are more or fewer errors than rows.</exception>
    public void Record(Block block, ReadOnlySpan<double> errors)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (errors.Length != block.Rows)
            throw new ArgumentException($"The block has {block.Rows} rows; {errors.Length} errors came back.", nameof(errors));
        for (int trial = 0; trial < block.Trials; trial++)
        {
            for (int prompt = 0; prompt < block.Prompts.Count; prompt++)
                Keep(block.Prompts[prompt], block.From + trial, errors[prompt * block.Trials + trial]);
        }
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

    private Block TakeTrials(int most)
    {
        int end = _position + 1;
        while (end < _race.LookEnd && end - _position < most && IsUntouched(end))
            end++;
        var trials = new Block(_prompts, _position, end - _position);
        _position = end;
        return trials;
    }

    // What is missing of one trial; null: nothing.
    private Block? TakePart(int rows)
    {
        List<int> part = [];
        for (; _index < _prompts.Length && (_settings.Manifest.AllClassesAtOnce || part.Count < rows); _index++)
        {
            if (!_race.Scores.Has(_prompts[_index], _position))
                part.Add(_prompts[_index]);
        }

        return part.Count > 0 ? new Block(part, _position, Trials: 1) : null;
    }

    private void Keep(int prompt, int position, double error)
    {
        if (IsDecided || position < _race.LookBegin || !_takesPart[prompt]) // the same as another, or eliminated
            return;
        if (position >= _race.LookEnd)
        {
            _ahead[(prompt, position)] = error;
            return;
        }

        if (_race.Scores.Has(prompt, position))
            return;
        int end = _race.LookEnd;
        _race.Record(prompt, position, error);
        if (IsDecided || _race.LookEnd != end)
            BeginLook();
    }

    private bool IsMissing(Block block) => !IsDecided && Enumerable.Range(block.From, block.Trials).Any(position =>
        position >= _race.LookBegin && block.Prompts.Any(prompt => _takesPart[prompt] && !_race.Scores.Has(prompt, position)));

    private bool IsUntouched(int position) => !_prompts.Any(prompt => _race.Scores.Has(prompt, position));

    private void BeginLook()
    {
        _prompts = IsDecided ? [] : [.. Enumerable.Range(0, _race.Prompts).Select(_race.Prompt)];
        Array.Clear(_takesPart);
        foreach (int prompt in _prompts)
            _takesPart[prompt] = true;
        (_position, _index) = (_race.LookBegin, 0);
        int look = _race.LookBegin;
        foreach ((int Prompt, int Position) row in _ahead.Keys.Where(row => row.Position < _race.LookEnd).ToArray())
        {
            if (_race.LookBegin != look)
                return; // that look was complete: the next one has taken what is left
            if (_ahead.Remove(row, out double error))
                Keep(row.Prompt, row.Position, error);
        }
    }
}
