using DiffusionClassifier.Core.Jobs;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Core.Scheduling;

namespace DiffusionClassifier.Core;

/// <summary>The models as this engine holds them: which are in memory, what is known of them, and by hand what else happens by itself.
/// Thread-safe.</summary>
public sealed class ModelMemory
{
    private readonly ModelCatalog _models;
    private readonly ModelResidency _residency;
    private readonly RowScheduler _scheduler;
    private readonly TimeProvider _time;

    internal ModelMemory(ModelCatalog models, ModelResidency residency, RowScheduler scheduler, TimeProvider time) =>
        (_models, _residency, _scheduler, _time) = (models, residency, scheduler, time);

    /// <summary>All models, also those that cannot be used, and why.</summary>
    public ModelList List() => new([.. _models.All.Select(Describe)], _models.Refused);

    /// <summary>What clients are told about a model now.</summary>
    public ModelDescription Describe(LoadedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (ModelState state, Exception? failure) = _residency.Find(model.Id);
        ModelDescription description = model.Describe(isDefault: model == _models.Default);
        return description with
        {
            State = state,
            SecondsPerRow = _scheduler.SecondsPerRow(model.Id) is > 0 and var seconds ? seconds : null,
            Warnings = failure is null ? description.Warnings : [.. description.Warnings, failure.Message],
        };
    }

    /// <summary>Loads a model as a request would; ends when it is ready.</summary>
    /// <param name="id">Its id, ignoring case.</param>
    /// <param name="again">Whether to try again if it could not be loaded before.</param>
    /// <param name="cancellationToken">Ends the wait; a loading that has begun goes on.</param>
    /// <exception cref="Errors.ClassificationException">There is no such model, it cannot be used, or the engine stops.</exception>
    public async Task<LoadedModel> LoadAsync(string id, bool again = false, CancellationToken cancellationToken = default)
    {
        LoadedModel model = again ? _models.FindEvenRefused(id) : _models.Find(id);
        if (again)
            _residency.Forgive(model.Id);
        using ModelUse use = _residency.Ask(model.Id);
        await use.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        return model;
    }

    /// <summary>
    /// Unloads a model as soon as the requests that run on it have ended; returns at once. Requests that come later load it again.
    /// </summary>
    /// <param name="id">Its id, ignoring case.</param>
    /// <exception cref="Errors.ClassificationException">There is no such model, or it cannot be used.</exception>
    public LoadedModel Unload(string id)
    {
        LoadedModel model = _models.Find(id);
        _residency.Dismiss(model.Id);
        return model;
    }

    /// <summary>One request's hold on a model.</summary>
    internal ModelUse Ask(string model) => _residency.Ask(model);

    /// <summary>Waits until rows can run on a model, for as long as its request may take.</summary>
    internal async Task WaitAsync(ModelUse use, JobClock clock, CancellationToken cancellationToken)
    {
        if (use.Ready.IsCompletedSuccessfully)
            return;
        TimeSpan left = clock.Deadline is null ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromSeconds(Math.Max(0, clock.SecondsLeft(_time.GetTimestamp())));
        try
        {
            await use.Ready.WaitAsync(left, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw ClassificationEngine.DeadlineExceeded();
        }
    }
}
