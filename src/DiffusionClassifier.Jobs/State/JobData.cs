using Orleans.Storage;

namespace DiffusionClassifier.Jobs.State;

/// <summary>
/// What a job has stored beside its record, each under a name of its own: written once or seldom, and read by whichever replica needs it.
/// Stateless: the store is the owner.
/// </summary>
internal sealed class JobData(IGrainStorage storage)
{
    private const string Request = "request", File = "file", Latent = "latent", Part = "part", Results = "results";

    public Task<StoredRequest?> RequestAsync(GrainId job) => ReadAsync<StoredRequest>(job, Request);

    public Task<StoredFile?> FileAsync(GrainId job) => ReadAsync<StoredFile>(job, File);

    public Task<StoredLatent?> LatentAsync(GrainId job) => ReadAsync<StoredLatent>(job, Latent);

    /// <param name="job">The job.</param>
    /// <param name="part">From 0; <see cref="JobRecord.Parts"/> says how many there are.</param>
    public Task<StoredErrors?> ErrorsAsync(GrainId job, int part) => ReadAsync<StoredErrors>(job, ErrorsName(part));

    /// <param name="job">A batch, or a job of one part.</param>
    /// <param name="part">From 0.</param>
    public Task<StoredPart?> PartAsync(GrainId job, int part) => ReadAsync<StoredPart>(job, $"{Part}-{part}");

    /// <inheritdoc cref="PartAsync"/>
    public Task<StoredResults?> ResultsAsync(GrainId job, int part) => ReadAsync<StoredResults>(job, $"{Results}-{part}");

    public Task WriteAsync(GrainId job, int part, StoredPart requests) => WriteAsync(job, $"{Part}-{part}", requests);

    public Task WriteAsync(GrainId job, int part, StoredResults results) => WriteAsync(job, $"{Results}-{part}", results);

    public async Task ClearPartsAsync(GrainId job, int parts)
    {
        for (int part = 0; part <= parts; part++) // one more: its record may not have been written any more
            await ClearAsync<StoredPart>(job, $"{Part}-{part}");
    }

    public async Task ClearResultsAsync(GrainId job, int parts)
    {
        for (int part = 0; part < parts; part++)
            await ClearAsync<StoredResults>(job, $"{Results}-{part}");
    }

    public Task WriteAsync(GrainId job, StoredRequest request) => WriteAsync(job, Request, request);

    public Task WriteAsync(GrainId job, StoredFile file) => WriteAsync(job, File, file);

    public Task WriteAsync(GrainId job, StoredLatent latent) => WriteAsync(job, Latent, latent);

    public Task WriteErrorsAsync(GrainId job, int part, StoredErrors errors) => WriteAsync(job, ErrorsName(part), errors);

    public Task ClearFileAsync(GrainId job) => ClearAsync<StoredFile>(job, File);

    /// <summary>Forgets all of it.</summary>
    public async Task ClearAsync(GrainId job, int parts)
    {
        await ClearAsync<StoredRequest>(job, Request);
        await ClearFileAsync(job);
        await ClearErrorsAsync(job, parts);
        await ClearAsync<StoredLatent>(job, Latent);
    }

    /// <summary>Forgets the errors alone: those of another model. An ended job keeps its own, as trials may be added to it.</summary>
    public async Task ClearErrorsAsync(GrainId job, int parts)
    {
        for (int part = 0; part <= parts; part++) // one more: its record may not have been written any more
            await ClearAsync<StoredErrors>(job, ErrorsName(part));
    }

    private static string ErrorsName(int part) => $"errors-{part}";

    private async Task<T?> ReadAsync<T>(GrainId job, string name) where T : class, new()
    {
        var state = new GrainState<T>();
        await storage.ReadStateAsync(name, job, state);
        return state.RecordExists ? state.State : null;
    }

    // Whoever writes is the job's one owner: what is there is older, and what it holds is known.
    private async Task WriteAsync<T>(GrainId job, string name, T value) where T : class, new()
    {
        var state = new GrainState<T>();
        await storage.ReadStateAsync(name, job, state);
        state.State = value;
        await storage.WriteStateAsync(name, job, state);
    }

    private async Task ClearAsync<T>(GrainId job, string name) where T : class, new()
    {
        var state = new GrainState<T>();
        await storage.ReadStateAsync(name, job, state);
        if (state.RecordExists)
            await storage.ClearStateAsync(name, job, state);
    }
}
