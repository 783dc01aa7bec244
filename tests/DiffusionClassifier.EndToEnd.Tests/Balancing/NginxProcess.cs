using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Balancing;

/// <summary>Debian's nginx with the configuration that ships, in front of replicas of this machine. Killed when disposed.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private const string Program = "/usr/sbin/nginx";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("nginx").FullName;
    private readonly Process _process;

    private NginxProcess(string resolver, string replicas, string prefix)
    {
        int port = FreePort();
        string site = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "nginx.conf.template"))
            .Replace("${PORT}", $"127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("${PREFIX}", prefix, StringComparison.Ordinal)
            .Replace("${RESOLVER}", resolver, StringComparison.Ordinal)
            .Replace("${REPLICAS}", replicas, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "site.conf"), site);
        File.WriteAllText(Path.Combine(_folder, "nginx.conf"), Frame(_folder));
        _process = Process.Start(new ProcessStartInfo(Program, ["-p", _folder, "-c", Path.Combine(_folder, "nginx.conf"), "-e", Path.Combine(_folder, "error.log")]))!;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}{prefix}/"), Timeout = TimeSpan.FromMinutes(2) };
    }

    /// <summary>Whether the test can run here.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>A client behind nginx; a relative address is below the prefix.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts nginx and waits until it passes requests on.</summary>
    /// <param name="resolver">The address of the name server.</param>
    /// <param name="replicas">The name and port of the replicas.</param>
    /// <param name="prefix">The path under which clients see them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<NginxProcess> StartAsync(string resolver, string replicas, string prefix, CancellationToken cancellationToken)
    {
        var nginx = new NginxProcess(resolver, replicas, prefix);
        while (!await nginx.IsReadyAsync(cancellationToken))
        {
            if (nginx._process.HasExited)
                throw new InvalidOperationException($"nginx did not start:\n{File.ReadAllText(Path.Combine(nginx._folder, "error.log"))}");
            await Task.Delay(Poll, cancellationToken);
        }

        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // What the distribution's own nginx.conf says around a site, as far as it is needed to run beside others and as any user.
    private static string Frame(string folder) => $$"""
        daemon off;
        user {{Environment.UserName}};
        pid {{folder}}/nginx.pid;
        error_log {{folder}}/error.log;
        events { }
        http {
            access_log off;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            include {{folder}}/site.conf;
        }
        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await Client.GetAsync("health/ready", cancellationToken)).IsSuccessStatusCode;
        }
        catch (HttpRequestException) // does not listen yet
        {
            return false;
        }
    }
}
