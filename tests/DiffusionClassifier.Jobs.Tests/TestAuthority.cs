using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>An authority that issues certificates to replicas, and the files that these are given.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1", ForClients = "1.3.6.1.5.5.7.3.2";
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _root;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=replicas", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _root = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(2));
    }

    /// <summary>The settings of a replica with a certificate.</summary>
    public JobsOptions Give(JobsOptions options, TimeSpan? until = null, bool forClients = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=replica", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(ForServers), .. forClients ? (Oid[])[new(ForClients)] : []], critical: false));
        using X509Certificate2 certificate = request.Create(_root, Now.AddHours(-2), Now + (until ?? TimeSpan.FromDays(1)), Guid.NewGuid().ToByteArray());
        return options with
        {
            Certificate = Write("certificate.pem", certificate.ExportCertificatePem()),
            CertificateKey = Write("key.pem", key.ExportPkcs8PrivateKeyPem()),
            CertificateAuthority = Write("authority.pem", _root.ExportCertificatePem()),
        };
    }

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    private string Write(string name, string text) => _folder.Write($"{Guid.NewGuid():N}-{name}", Encoding.ASCII.GetBytes(text));
}
