using System.Net;
using System.Net.Sockets;

namespace DiffusionClassifier.Cluster;

/// <summary>Ports that nobody has. Stateless.</summary>
internal static class Ports
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
