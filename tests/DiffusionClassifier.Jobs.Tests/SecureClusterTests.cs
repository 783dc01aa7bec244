using System.Globalization;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Jobs.Hosting;
using DiffusionClassifier.Jobs.Settings;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Jobs.Tests;

/// <summary>Replicas that show each other certificates.</summary>
[Collection("Cluster")]
public sealed class SecureClusterTests(RedisServer redis) : IClassFixture<RedisServer>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new(), _stranger = new();
    private readonly string _cluster = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    private static ClassificationRequest Request => new() { Image = new byte[] { 7 }, Trials = 400, Strategy = Strategy.Fixed };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replicas_with_certificates_of_one_authority_run_a_job_together()
    {
        await using TestReplica first = await StartAsync(options => _authority.Give(options));
        await using TestReplica second = await StartAsync(options => _authority.Give(options));
        await second.Jobs.ListAsync("ada", before: null, 1, Cancellation); // both have joined
        int[] batches = [0, 0];
        first.Model.AfterPredict = _ => Count(batches, 0);
        second.Model.AfterPredict = _ => Count(batches, 1);

        JobDescription accepted = await first.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation);
        JobDescription ended = await second.EndOfAsync(accepted.Id);

        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.All(batches, count => Assert.InRange(count, 30, 400)); // both had a part
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_shows_none_or_one_of_another_authority_is_not_let_in(bool hasCertificate)
    {
        await using TestReplica first = await StartAsync(options => _authority.Give(options));
        await first.Jobs.ListAsync("ada", before: null, 1, Cancellation);

        await using TestReplica stranger = await StartAsync(options => hasCertificate ? _stranger.Give(options) : options);
        ClassificationException refused = await Assert.ThrowsAsync<ClassificationException>(() => stranger.Jobs.ListAsync("ada", before: null, 1, Cancellation));
        int rows = 0;
        stranger.Model.AfterPredict = _ => Interlocked.Increment(ref rows);
        JobDescription ended = await first.EndOfAsync((await first.Jobs.SubmitAsync(Request, "ada", key: null, Cancellation)).Id);

        Assert.Equal(ClassificationError.NotReady, refused.Error);
        Assert.Equal(JobStatus.Succeeded, ended.Status);
        Assert.Equal(0, rows);
    }

    [Fact]
    public void Files_that_do_not_fit_are_said_in_one_line()
    {
        JobsOptions shared = new() { Redis = "redis:6379" }, good = _authority.Give(shared);

        Assert.Null(SiloCertificate.Problem(shared));
        Assert.Null(SiloCertificate.Problem(good));
        (string Expected, JobsOptions Options)[] wrong =
        [
            ("set all three", good with { CertificateKey = null }),
            ("Jobs:Redis is not", good with { Redis = null }),
            ("cannot be used", good with { Certificate = Path.Combine(_folder.Path, "none.pem") }),
            ("cannot be used", good with { CertificateKey = _authority.Give(shared).CertificateKey }),
            ("must be good for servers and for clients", _authority.Give(shared, forClients: false)),
            ("has expired", _authority.Give(shared, until: TimeSpan.FromHours(-1))),
            ("was not issued by", good with { CertificateAuthority = _stranger.Give(shared).CertificateAuthority }),
        ];
        Assert.All(wrong, each =>
        {
            string problem = SiloCertificate.Problem(each.Options)!;
            Assert.Contains(each.Expected, problem, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', problem);
        });
    }

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
    }

    private static void Count(int[] batches, int replica)
    {
        Interlocked.Increment(ref batches[replica]);
        TestReplica.RunBatch();
    }

    private Task<TestReplica> StartAsync(Func<JobsOptions, JobsOptions> change)
    {
        string address = redis.Address;
        int port = RedisServer.FreePort();
        return TestReplica.StartAsync(_folder, options => change(options with
        {
            Redis = address,
            Cluster = _cluster,
            SiloAddress = "127.0.0.1",
            SiloPort = port,
        }), model: TestReplica.SlowModel());
    }
}
