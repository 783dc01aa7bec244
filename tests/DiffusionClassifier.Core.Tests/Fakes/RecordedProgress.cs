
namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>Keeps every report. Unlike <see cref="Progress{T}"/> it is called on the reporting thread, in order.</summary>
internal sealed class RecordedProgress(Action<ClassificationProgress>? onReport = null) : IProgress<ClassificationProgress>
{
    private readonly Lock _gate = new();
    private readonly List<ClassificationProgress> _reports = [];

    public IReadOnlyList<ClassificationProgress> Reports
    {
        get
        {
            lock (_gate)
                return [.. _reports];
        }
    }

    public void Report(ClassificationProgress value)
    {
        lock (_gate)
            _reports.Add(value);
        onReport?.Invoke(value);
    }
}
