using System.Net;
using DiffusionClassifier.Jobs.Hosting;
using DiffusionClassifier.Jobs.Settings;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Options;

/// <summary>Checks what jobs cannot run with. Stateless.</summary>
internal sealed class JobsCheck : IValidateOptions<JobsOptions>
{
    public ValidateOptionsResult Validate(string? name, JobsOptions options) =>
        Problem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    private static string? Problem(JobsOptions options) => options switch
    {
        { Folder: "" } => "Jobs:Folder is empty; it must be a folder, such as jobs.",
        { Cluster: "" } => "Jobs:Cluster is empty; it must be a name.",
        { SiloAddress: { } address } when !IPAddress.TryParse(address, out _) =>
            $"Jobs:SiloAddress is '{address}'; it must be an IP address of this machine, such as 10.0.0.7.",
        { SiloPort: < 1 or > ushort.MaxValue } => $"Jobs:SiloPort is {options.SiloPort}; it must be from 1 to {ushort.MaxValue}.",
        { FromSeconds: not >= 0 } => $"Jobs:FromSeconds is {options.FromSeconds}; it must be at least 0, which turns it off.",
        { MaxRunning: < 1 } => $"Jobs:MaxRunning is {options.MaxRunning}; it must be at least 1.",
        { MaxUnfinished: < 1 } => $"Jobs:MaxUnfinished is {options.MaxUnfinished}; it must be at least 1.",
        _ when options.MaxBatchRequests < 1 || options.MaxBatchBytes < 1 =>
            "Jobs:MaxBatchRequests and Jobs:MaxBatchBytes must be at least 1.",
        _ when !(options.BlockSeconds > 0) || options.StoreEvery <= TimeSpan.Zero || options.KeepFor <= TimeSpan.Zero =>
            "Jobs:BlockSeconds, Jobs:StoreEvery and Jobs:KeepFor must be above zero.",
        _ => SiloCertificate.Problem(options),
    };
}
