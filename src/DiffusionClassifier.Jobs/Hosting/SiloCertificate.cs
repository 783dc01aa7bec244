using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DiffusionClassifier.Jobs.Settings;
using Orleans.Connections.Security;

namespace DiffusionClassifier.Jobs.Hosting;

/// <summary>What a replica shows to the others, and whom it takes for one of them. Immutable.</summary>
public sealed class SiloCertificate
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1", ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _own;
    private readonly X509Certificate2Collection _between = [], _authority = [];

    private SiloCertificate(JobsOptions options)
    {
        using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(options.Certificate!, options.CertificateKey!);
        // Windows' TLS takes no key that is only in memory.
        _own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        _between.ImportFromPemFile(options.Certificate!);
        _authority.ImportFromPemFile(options.CertificateAuthority!);
    }

    /// <summary>What is wrong with the files that the settings name; null: nothing, or there are none.</summary>
    public static string? Problem(JobsOptions options)
    {
        string?[] files = [options.Certificate, options.CertificateKey, options.CertificateAuthority];
        if (files.All(file => file is null))
            return null;
        if (files.Any(string.IsNullOrEmpty))
            return "Jobs:Certificate, Jobs:CertificateKey and Jobs:CertificateAuthority belong together: set all three.";
        if (options.Redis is null)
            return "Jobs:Certificate is set and Jobs:Redis is not: a server that is alone has no port to protect.";
        try
        {
            var certificate = new SiloCertificate(options);
            return certificate.Problem() is { } problem ? $"Jobs:Certificate '{options.Certificate}' {problem}." : null;
        }
        catch (Exception exception)
            when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return $"The files of Jobs:Certificate, Jobs:CertificateKey and Jobs:CertificateAuthority cannot be used: {exception.Message}";
        }
    }

    internal static SiloCertificate Read(JobsOptions options) => new(options);

    internal void Secure(ISiloBuilder silo) => silo.UseTls(_own, tls =>
    {
        tls.RemoteCertificateMode = tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, _, _) => Accepts(certificate);
        tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = "silo"; // a name must be sent; none is checked
    });

    private string? Problem()
    {
        if (_own.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages is { } usages
            && ((string[])[ForServers, ForClients]).Any(needed => usages[needed] is null))
        {
            return "must be good for servers and for clients (extended key usage)";
        }

        return Accepts(_own) ? null : "has expired, is not valid yet, or was not issued by Jobs:CertificateAuthority";
    }

    // Only our own authority: one that the machine trusts issues certificates to anyone.
    private bool Accepts(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authority);
        chain.ChainPolicy.ExtraStore.AddRange(_between);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
