namespace DiffusionClassifier.Core.Admission;

/// <summary>The available policies. All but <see cref="Fair"/> exist for comparison.</summary>
public enum SharingPolicy
{
    /// <summary>Classes by weight, tenants equally, new requests at once.</summary>
    Fair,

    /// <summary>The oldest request first, as most servers do.</summary>
    Fifo,

    /// <summary>One request after the other, in turn.</summary>
    RoundRobin,
}
