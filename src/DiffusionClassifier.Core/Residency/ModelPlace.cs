namespace DiffusionClassifier.Core.Residency;

/// <summary>What is known of one model's place in memory. Owned by <see cref="ModelResidency"/> and used under its lock.</summary>
/// <param name="id">The model.</param>
/// <param name="bytes">What it takes on each of its devices.</param>
/// <param name="devices">Names of the devices that run it.</param>
internal sealed class ModelPlace(string id, long bytes, IReadOnlyList<string> devices)
{
    public string Id => id;

    public long Bytes { get; } = Math.Max(1, bytes); // what is not known is not nothing: it makes room for others when it goes

    public IReadOnlyList<string> Devices => devices;

    public ModelState State { get; set; } = ModelState.Waiting;

    /// <summary>Why it cannot be used, where <see cref="State"/> is <see cref="ModelState.Failed"/>.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Requests that run on it: as long as there are any, it stays.</summary>
    public int Users { get; set; }

    /// <summary>Requests that wait for it, in order of arrival.</summary>
    public List<ModelUse> Waiting { get; } = [];

    /// <summary>When it was last asked for or let go, in steps.</summary>
    public long LastUse { get; set; }

    /// <summary>When it was loaded, in steps.</summary>
    public long LoadedAt { get; set; }

    /// <summary>Whether it was told to go, whoever else needs the room.</summary>
    public bool IsDismissed { get; set; }

    /// <summary>Whether it takes no new requests, and goes when those that run have ended.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Whether a request may run on it at once.</summary>
    public bool IsOpen => State == ModelState.Ready && !IsLeaving;

    /// <summary>Whether its bytes are taken, or about to be.</summary>
    public bool TakesMemory => State is ModelState.Loading or ModelState.Ready or ModelState.Unloading;

    /// <summary>Lets those in that wait.</summary>
    public void AdmitAll()
    {
        Waiting.ForEach(use => use.Admit());
        Waiting.Clear();
    }

    /// <summary>Tells those that wait why they wait in vain.</summary>
    public void Refuse(Exception reason)
    {
        Waiting.ForEach(use => use.Refuse(reason));
        Waiting.Clear();
    }
}
