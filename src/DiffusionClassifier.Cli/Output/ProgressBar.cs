using Spectre.Console;

namespace DiffusionClassifier.Cli.Output;

/// <summary>A bar on standard error while something runs; nothing at all where standard error is no terminal.</summary>
internal static class ProgressBar
{
    /// <param name="title">What is going on.</param>
    /// <param name="work">Reports the share that is done, 0 to 1, from any thread; before the first report the bar is indeterminate.</param>
    public static Task<T> RunAsync<T>(string title, Func<IProgress<double>, Task<T>> work)
    {
        if (Terminal.Progress is not { } console)
            return work(new Reporter(null));
        return console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new Reporter(context.AddTask(Markup.Escape(title), maxValue: 1).IsIndeterminate())));
    }

    private sealed class Reporter(ProgressTask? task) : IProgress<double>
    {
        public void Report(double value)
        {
            if (task is null)
                return;
            task.IsIndeterminate = false;
            task.Value = value;
        }
    }
}
