namespace DiffusionClassifier.Core.Residency;

/// <summary>
/// One request's hold on a model: from <see cref="Ready"/> until it is disposed, the model stays in memory. Disposed earlier, it no longer
/// waits. Owned by the request.
/// </summary>
internal sealed class ModelUse(ModelResidency owner, ModelPlace place) : IDisposable
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when rows can run; fails with what the request is told if they never can.</summary>
    public Task Ready => _ready.Task;

    internal ModelPlace Place => place;

    /// <summary>Whether nobody has to leave for it.</summary>
    internal bool OnlyIfThereIsRoom { get; init; }

    /// <summary>Whether it counts among <see cref="ModelPlace.Users"/>; changed under the owner's lock.</summary>
    internal bool IsHeld { get; set; }

    internal void Admit()
    {
        IsHeld = true;
        Place.Users++;
        _ready.TrySetResult();
    }

    internal void Refuse(Exception reason)
    {
        if (_ready.TrySetException(reason))
            _ = _ready.Task.Exception; // the request may have failed for another reason, and never look
    }

    public void Dispose() => owner.Release(this);
}
