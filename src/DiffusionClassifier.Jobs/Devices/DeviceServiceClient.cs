using DiffusionClassifier.Jobs.Protocol;
using Orleans.Runtime.Services;

namespace DiffusionClassifier.Jobs.Devices;

/// <summary>Reaches the devices of a replica. Stateless.</summary>
internal sealed class DeviceServiceClient(IServiceProvider services) : GrainServiceClient<IDeviceService>(services)
{
    public IDeviceService On(SiloAddress silo) => GetGrainService(silo);
}
