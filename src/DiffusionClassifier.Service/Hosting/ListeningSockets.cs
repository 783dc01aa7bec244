using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>
/// The sockets that the web server listens on. Owns their end: a server that stops would reset connections that wait to be accepted, and
/// those whose request it has not read yet, and a load balancer cannot tell that from a server that died of the request. They are closed in
/// a moment in which there are none. Thread-safe.
/// </summary>
internal sealed class ListeningSockets(TimeProvider time)
{
    // Then it is closed all the same: some clients connect long before they ask.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    // Long enough for a connection that was accepted to be counted, short beside the time between two of them.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(5);

    private const int QuietLooks = 3; // in a row: on a busy machine it may take a while until an accepted connection is counted

    private readonly ConcurrentBag<Socket> _sockets = [];
    private int _connections, _silent; // that there have been, and that have not asked anything yet

    /// <summary>As Kestrel does.</summary>
    public Socket Bind(EndPoint endpoint)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        _sockets.Add(socket);
        return socket;
    }

    /// <summary>Counts connections until their first request.</summary>
    public ConnectionDelegate Count(ConnectionDelegate next) => async connection =>
    {
        Interlocked.Increment(ref _connections);
        var silent = new SilentConnection(this);
        connection.Features.Set(silent);
        try
        {
            await next(connection);
        }
        finally
        {
            silent.End();
        }
    };

    /// <summary>A request is answered, however long it takes.</summary>
    public static Task OnRequest(HttpContext context, RequestDelegate next)
    {
        context.Features.Get<SilentConnection>()?.End();
        return next(context);
    }

    /// <summary>From now on connections are refused; what has been asked is answered.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        for (int looks = 0, before = -1; !_sockets.IsEmpty && !cancellationToken.IsCancellationRequested;)
        {
            int now = Volatile.Read(ref _connections);
            looks = now == before && Volatile.Read(ref _silent) == 0 && !_sockets.Any(IsWaitedFor) ? looks + 1 : 0;
            if (looks == QuietLooks || time.GetElapsedTime(begin) >= Longest)
                break;
            before = now;
            await Task.Delay(Quiet, time, CancellationToken.None);
        }

        foreach (Socket socket in _sockets)
            socket.Dispose();
    }

    // One that Kestrel has closed itself, as its settings changed, is nobody's.
    private static bool IsWaitedFor(Socket socket)
    {
        try
        {
            return socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private sealed class SilentConnection
    {
        private readonly ListeningSockets _owner;
        private int _ended;

        public SilentConnection(ListeningSockets owner)
        {
            _owner = owner;
            Interlocked.Increment(ref owner._silent);
        }

        public void End()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                Interlocked.Decrement(ref _owner._silent);
        }
    }
}
