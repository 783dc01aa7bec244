using DiffusionClassifier.Jobs.Devices;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Jobs.State;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>What every job gets from its replica. Immutable.</summary>
internal sealed record GrainSupplies(
    JobData Data,
    LocalDevices Devices,
    Replicas Replicas,
    HandedOut HandedOut,
    JobsOptions Options,
    TimeProvider Time,
    ILocalSiloDetails Silo);
