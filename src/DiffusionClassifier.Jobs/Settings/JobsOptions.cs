namespace DiffusionClassifier.Jobs.Settings;

/// <summary>Section <c>Jobs</c>: where jobs are stored, and how they run. Every one has a value that works.</summary>
public sealed record JobsOptions
{
    public const string Section = "Jobs";

    /// <summary>The folder of the file that jobs are stored in, where there is no Redis. A server must have it for itself.</summary>
    public string Folder { get; init; } = "jobs";

    /// <summary>
    /// Address of a Redis, such as <c>redis:6379</c>, that several replicas share their jobs by; not set: this server has its own.
    /// </summary>
    public string? Redis { get; init; }

    /// <summary>Which replicas of one Redis share their jobs: those with the same name.</summary>
    public string Cluster { get; init; } = "diffusion-classifier";

    /// <summary>
    /// The address at which other replicas reach this one; not set: this machine's first. Only with <see cref="Redis"/>; never expose it.
    /// </summary>
    public string? SiloAddress { get; init; }

    /// <summary>The port of that address.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>
    /// A PEM file with this replica's certificate, and those between it and <see cref="CertificateAuthority"/>: replicas then speak TLS,
    /// and only to those that show one. It must be good for servers and for clients. Read when the replica joins the others.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>A PEM file with the key of <see cref="Certificate"/>.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>
    /// A PEM file with the authority whose certificates are taken. Let it issue them to replicas alone: names are not checked, because
    /// replicas come and go.
    /// </summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>
    /// Requests to <c>/classify</c> and <c>/match</c> whose rows take this server's devices longer, in seconds, become jobs by themselves:
    /// the client gets a 202. 0: only what is sent as a job. Clients must know what a 202 is.
    /// </summary>
    public double FromSeconds { get; init; }

    /// <summary>How long an ended job is kept.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Jobs that run at once; others wait, tenants in turn. Enough that devices never wait for a store, and few enough to fit in memory.
    /// </summary>
    public int MaxRunning { get; init; } = 32;

    /// <summary>Jobs of one client that are not finished, batches included: more are refused.</summary>
    public int MaxUnfinished { get; init; } = 10_000;

    /// <summary>The requests that one batch may have.</summary>
    public int MaxBatchRequests { get; init; } = 50_000;

    /// <summary>The bytes of images that one batch may have: the store holds them until it has ended.</summary>
    public long MaxBatchBytes { get; init; } = 2L << 30;

    /// <summary>
    /// Seconds of a replica's devices in one block of rows. Long enough that calls cost nothing, short enough that a lost replica does not
    /// cost much.
    /// </summary>
    public double BlockSeconds { get; init; } = 1.5;

    /// <summary>How often the errors of a running job are stored between two looks: what a lost replica costs at most.</summary>
    public TimeSpan StoreEvery { get; init; } = TimeSpan.FromSeconds(5);
}
