namespace DiffusionClassifier.Core.Admission;

/// <summary>The policies there are. All but <see cref="Fair"/> exist to be compared with.</summary>
public enum SharingPolicy
{
    /// <summary>Classes by weight, tenants equally, newcomers at once.</summary>
    Fair,

    /// <summary>The oldest request first, as most servers do.</summary>
    Fifo,

    /// <summary>Request by request in turn.</summary>
    RoundRobin,
}
