using System.Collections.Concurrent;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Residency;

/// <summary>
/// Decides which models are in memory, and owns the state of each: nobody else changes it. A pure state machine: it orders a model to be
/// loaded or unloaded, and is told when that is done; nothing waits or blocks in it. Every method may be called from any thread.
/// </summary>
/// <remarks>
/// A model in use stays. Where there is no room, models wait in line, the first come first; <see cref="DeviceRoom"/> says who leaves for
/// them. A model that leaves takes no new requests: they wait for its next turn, behind the newcomer. So neither a constant stream for one
/// model nor a large one's need for much room keeps another out for ever, and because a request holds one model only, none waits in a ring.
/// </remarks>
internal sealed class ModelResidency
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ModelPlace> _places;
    private readonly List<ModelPlace> _line = []; // those that wait for room, in order of arrival
    private readonly ConcurrentQueue<Action> _orders = []; // decided under the lock, given outside of it
    private readonly DeviceBounds _bounds;
    private long _step;
    private Exception? _closed; // why nobody gets a model anymore

    /// <param name="manifests">The models.</param>
    /// <param name="devices">The names of the devices that run a model.</param>
    /// <param name="options">The bound.</param>
    /// <param name="holdsFiles">Whether a device's memory holds a model's file too while the model is read; null: none's does.</param>
    public ModelResidency(IEnumerable<ModelManifest> manifests, Func<string, IReadOnlyList<string>> devices, ResidencyOptions options,
        Func<string, bool>? holdsFiles = null)
    {
        _bounds = new DeviceBounds(options.MaxBytes ?? long.MaxValue, holdsFiles ?? (_ => false));
        _places = manifests.ToDictionary(
            manifest => manifest.Id, manifest => new ModelPlace(manifest.Id, manifest.WeightBytes, devices(manifest.Id)));
    }

    /// <summary>Raised outside the lock: load a model, then report <see cref="Loaded"/>, lack of memory or <see cref="Failed"/>.</summary>
    public event Action<string>? LoadOrdered;

    /// <summary>Raised outside the lock: unload a model, which nobody uses; then report <see cref="Unloaded"/>.</summary>
    public event Action<string>? UnloadOrdered;

    /// <summary>Asks for a model, which is loaded if it must be.</summary>
    /// <param name="model">Its id.</param>
    /// <param name="onlyIfThereIsRoom">Whether others are not to leave for it, should the device have less memory than its bound.</param>
    /// <returns>To be disposed when the request has ended.</returns>
    public ModelUse Ask(string model, bool onlyIfThereIsRoom = false)
    {
        ModelUse use;
        lock (_gate)
        {
            ModelPlace place = _places[model];
            use = new ModelUse(this, place) { OnlyIfThereIsRoom = onlyIfThereIsRoom };
            place.LastUse = ++_step;
            if ((_closed ?? place.Failure) is { } reason)
            {
                use.Refuse(reason);
            }
            else if (place.IsOpen)
            {
                use.Admit();
            }
            else
            {
                place.Waiting.Add(use);
                if (place.State != ModelState.Loading && !_line.Contains(place))
                    _line.Add(place);
                Settle();
            }
        }

        GiveOrders();
        return use;
    }

    /// <summary>As <see cref="Ask"/>, but only if there is room without anyone leaving.</summary>
    /// <returns>Null if there is not.</returns>
    public ModelUse? AskIfThereIsRoom(string model)
    {
        lock (_gate)
        {
            ModelPlace place = _places[model];
            if (_line.Count > 0 || (!place.TakesMemory && !new DeviceRoom(_places.Values, _bounds).HasRoomFor(place)))
                return null;
        }

        return Ask(model, onlyIfThereIsRoom: true);
    }

    /// <summary>A model is in memory, on all of its devices that can run it.</summary>
    public void Loaded(string model) => Change(model, ModelState.Loading, place =>
    {
        _bounds.Settle(place, isLoaded: true);
        (place.State, place.LoadedAt) = (ModelState.Ready, ++_step);
        place.AdmitAll(); // before anyone can be told to leave: whoever waited for it has it
    });

    /// <summary>A model cannot be used: it could not be loaded, or was lost later. Nothing of it is in memory.</summary>
    public void Failed(string model, Exception reason) => Change(model, from: null, place =>
    {
        _bounds.Settle(place, isLoaded: false);
        (place.State, place.Failure, place.IsDismissed) = (ModelState.Failed, reason, false);
        place.Refuse(reason);
    });

    /// <summary>
    /// A model could not be loaded for want of memory, and nothing of it is there: it is loaded again when others have left for it.
    /// </summary>
    /// <param name="model">Its id.</param>
    /// <param name="full">The devices that had none.</param>
    /// <returns>False where no other can leave, or it was only tried: it has failed, and that is to be reported.</returns>
    public bool LacksMemory(string model, IReadOnlyList<string> full)
    {
        lock (_gate)
        {
            ModelPlace place = _places[model];
            bool isWanted = place.Waiting.Count > 0;
            bool isOnlyTried = isWanted && place.Waiting.TrueForAll(use => use.OnlyIfThereIsRoom);
            if (place.State != ModelState.Loading || isOnlyTried || (isWanted && !_bounds.Learn(place, full, _places.Values)))
                return false;
            place.State = ModelState.Waiting;
            place.IsDismissed &= isWanted;
            _line.Insert(0, place); // its turn had begun
            Settle();
        }

        GiveOrders();
        return true;
    }

    /// <summary>Nothing of a model is in memory anymore.</summary>
    public void Unloaded(string model) => Change(model, ModelState.Unloading, place =>
        (place.State, place.IsDismissed) = (ModelState.Waiting, false));

    /// <summary>A model goes as soon as the requests that run on it, or already wait for its loading, have ended.</summary>
    public void Dismiss(string model) => Change(model, from: null, place =>
        place.IsDismissed = place.State is ModelState.Loading or ModelState.Ready);

    /// <summary>A model that failed may be asked for again, unless there will never be room for it.</summary>
    public void Forgive(string model) => Change(model, ModelState.Failed, place =>
    {
        if (place.Bytes <= _bounds.Set)
            (place.State, place.Failure) = (ModelState.Waiting, null);
    });

    /// <summary>Refuses those that wait, and all that come.</summary>
    public void Close(Exception reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            foreach (ModelPlace place in _places.Values)
                place.Refuse(_closed);

            _line.Clear();
        }
    }

    /// <summary>Where a model stands, and why it cannot be used if it cannot.</summary>
    public (ModelState State, Exception? Failure) Find(string model)
    {
        lock (_gate)
        {
            ModelPlace place = _places[model];
            return (place is { State: ModelState.Ready, IsLeaving: true } ? ModelState.Unloading : place.State, place.Failure);
        }
    }

    /// <summary>Bytes of weights that each device holds, or is about to.</summary>
    public IReadOnlyList<(string Device, long Bytes)> Memory()
    {
        lock (_gate)
            return DeviceRoom.Taken(_places.Values);
    }

    /// <summary>Called once or more by <see cref="ModelUse.Dispose"/>.</summary>
    internal void Release(ModelUse use)
    {
        lock (_gate)
        {
            ModelPlace place = use.Place;
            if (use.IsHeld)
            {
                use.IsHeld = false;
                place.Users--;
                place.LastUse = ++_step;
            }
            else if (!place.Waiting.Remove(use))
            {
                return;
            }

            if (_line.Count > 0 || place.IsLeaving)
                Settle();
        }

        GiveOrders();
    }

    private void Change(string model, ModelState? from, Action<ModelPlace> change)
    {
        lock (_gate)
        {
            ModelPlace place = _places[model];
            if (from is not null && place.State != from)
                return; // as where it was lost while it was unloaded
            change(place);
            Settle();
        }

        GiveOrders();
    }

    // Everything follows from who is in memory, who uses it and who waits; so it is decided anew whenever one of these changes.
    private void Settle()
    {
        foreach (ModelPlace place in _places.Values)
            place.IsLeaving = place.IsDismissed && place.State == ModelState.Ready;
        _line.RemoveAll(place => place.Waiting.Count == 0);
        var room = new DeviceRoom(_places.Values, _bounds);
        foreach (ModelPlace place in _line.ToArray())
        {
            // One that is still used keeps its place in line until it has left, or may stay after all.
            if (place.State != ModelState.Ready && room.TryTake(place) && place.State == ModelState.Waiting)
                Begin(place, ModelState.Loading, LoadOrdered);
        }

        foreach (ModelPlace place in _places.Values)
        {
            if (place is { State: ModelState.Ready, IsLeaving: true, Users: 0 })
                Begin(place, ModelState.Unloading, UnloadOrdered);
            else if (place.IsOpen)
                place.AdmitAll();
        }

        _line.RemoveAll(place => place.Waiting.Count == 0 || place.State == ModelState.Loading);
    }

    private void Begin(ModelPlace place, ModelState state, Action<string>? order)
    {
        place.State = state;
        _orders.Enqueue(() => order?.Invoke(place.Id));
    }

    private void GiveOrders()
    {
        while (_orders.TryDequeue(out Action? order))
            order();
    }
}
