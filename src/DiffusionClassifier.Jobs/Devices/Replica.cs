using DiffusionClassifier.Jobs.Protocol;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>A replica that can take blocks of a model.</summary>
/// <param name="Silo">Where it is.</param>
/// <param name="Model">The model there.</param>
internal sealed record Replica(SiloAddress Silo, ReplicaModel Model)
{
    private const int UnknownRate = 10; // rows/s of a replica that has not measured its devices yet

    /// <summary>Rows per second of all its devices, above zero.</summary>
    public double Rate => Model.RowsPerSecond > 0 ? Model.RowsPerSecond : UnknownRate;
}
