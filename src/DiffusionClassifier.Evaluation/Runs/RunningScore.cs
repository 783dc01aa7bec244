using DiffusionClassifier.Evaluation.Formats;
using DiffusionClassifier.Evaluation.Statistics;

namespace DiffusionClassifier.Evaluation.Runs;

/// <summary>Accuracy so far and time left: next to the bar on a terminal, else as a line now and then. Thread-safe.</summary>
/// <param name="total">The number of items.</param>
/// <param name="measure">The name of the share of right answers.</param>
/// <param name="display">Shows it.</param>
/// <param name="time">Measures the time left.</param>
internal sealed class RunningScore(int total, string measure, IProgressDisplay display, TimeProvider time)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(30); // so that an overnight log stays readable

    private readonly Lock _gate = new();
    private readonly long _begin = time.GetTimestamp();
    private long _lastLine = time.GetTimestamp();
    private int _done, _earlier, _right, _judged;

    /// <summary>Counts what an earlier run did.</summary>
    /// <param name="done">How many items.</param>
    /// <param name="right">How many of them were right; null: unknown.</param>
    public void Resume(int done, int? right = null)
    {
        lock (_gate)
        {
            (_done, _earlier, _right, _judged) = (done, done, right ?? 0, right is null ? 0 : done);
            Show(force: done > 0);
        }
    }

    /// <param name="isRight">Whether the answer was right; null: there is no answer.</param>
    public void Add(bool? isRight)
    {
        lock (_gate)
        {
            _done++;
            _judged += isRight is null ? 0 : 1;
            _right += isRight is true ? 1 : 0;
            Show(force: false);
        }
    }

    private void Show(bool force)
    {
        display.Report((double)_done / total);
        display.Note(Text());
        if (display.IsWatched || (!force && time.GetElapsedTime(_lastLine) < LineEvery))
            return;
        _lastLine = time.GetTimestamp();
        display.WriteLine(Text());
    }

    private string Text()
    {
        var accuracy = new Proportion(_right, _judged);
        int fresh = _done - _earlier;
        string score = _judged == 0 ? "" : $" · {measure} {Figures.Percent(accuracy.Value, accuracy.Interval.Low, accuracy.Interval.High)}";
        // The bar itself shows it.
        string left = fresh == 0 || display.IsWatched ? "" : $" · {Words(time.GetElapsedTime(_begin) / fresh * (total - _done))} left";
        return $"{_done} of {total}{score}{left}";
    }

    private static string Words(TimeSpan span) => span.TotalHours >= 1
        ? Figures.Text($"{(int)span.TotalHours} h {span.Minutes} min")
        : Figures.Text($"{(int)span.TotalMinutes} min {span.Seconds} s");
}
