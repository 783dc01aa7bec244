using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Evaluation.Runs;
using Spectre.Console;

namespace DiffusionClassifier.Cli.Output;

/// <summary>A progress bar on standard error while something runs; nothing at all if standard error is not a terminal.</summary>
internal static class ProgressBar
{
    /// <param name="title">What is running.</param>
    /// <param name="work">Reports from any thread; before the first report the bar is indeterminate.</param>
    /// <param name="isQuiet">No bar: it would erase what is written to the terminal meanwhile.</param>
    public static Task<T> RunAsync<T>(string title, Func<IProgressDisplay, Task<T>> work, bool isQuiet = false)
    {
        if (isQuiet || Terminal.Progress is not { } console)
            return work(new Display(title, null));
        return console.Progress()
            .AutoClear(true)
            .Columns(
                new SpinnerColumn(),
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(context => work(new Display(title, context.AddTask(Markup.Escape(title), maxValue: 1).IsIndeterminate())));
    }

    private sealed class Display(string title, ProgressTask? task) : IProgressDisplay
    {
        public bool IsWatched => task is not null;

        public void Report(double value)
        {
            if (task is null)
                return;
            task.IsIndeterminate = false;
            task.Value = value;
        }

        public void Note(string text)
        {
            if (task is not null)
                task.Description = Markup.Escape($"{title}  {text}");
        }

        public void WriteLine(string text) => ErrorReport.WriteLine(text);
    }
}
