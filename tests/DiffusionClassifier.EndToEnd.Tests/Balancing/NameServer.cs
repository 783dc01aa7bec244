using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

/// <summary>Answers every question for a name (RFC 1035) with the addresses that there are now, as the name server of a container engine does.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private const int HeaderBytes = 12;
    private static readonly byte[] Answer = [0xC0, HeaderBytes, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4]; // the name of the question, A, IN, for a second, four bytes

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _life;

    public NameServer() => _life = LiveAsync();

    public string Address => _socket.Client.LocalEndPoint!.ToString()!;

    public IReadOnlyList<IPAddress> Addresses { get; set; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _life.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task LiveAsync()
    {
        while (true)
        {
            UdpReceiveResult query = await _socket.ReceiveAsync(_stop.Token);
            await _socket.SendAsync(Reply(query.Buffer), query.RemoteEndPoint, _stop.Token);
        }
    }

    // The question, and behind it the answers.
    private byte[] Reply(byte[] query)
    {
        IReadOnlyList<IPAddress> addresses = Addresses;
        byte[] reply = [.. query, .. addresses.SelectMany(address => (byte[])[.. Answer, .. address.GetAddressBytes()])];
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(2), 0x8180); // a reply without errors
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(6), (ushort)addresses.Count);
        return reply;
    }
}
