using Orleans.Storage;

namespace DiffusionClassifier.Jobs.State;

/// <summary>
/// What a job has stored beside its record, each under a name of its own: written once or seldom, and read by whichever replica needs it.
/// Stateless: the store is the owner.
/// </summary>
internal sealed class JobData(IGrainStorage storage)
{
    private const string Request = "request", File = "file", Latent = "latent", Rest = "rest";

    public Task<StoredRequest?> RequestAsync(GrainId job) => ReadAsync<StoredRequest>(job, Request);

    public Task<StoredFile?> FileAsync(GrainId job) => ReadAsync<StoredFile>(job, File);

    public Task<StoredLatent?> LatentAsync(GrainId job) => ReadAsync<StoredLatent>(job, Latent);

    public Task<StoredLook?> LookAsync(GrainId job, int look) => ReadAsync<StoredLook>(job, LookName(look));

    /// <summary>The errors after the last look, as far as they were stored.</summary>
    public Task<StoredLook?> RestAsync(GrainId job) => ReadAsync<StoredLook>(job, Rest);

    public Task WriteAsync(GrainId job, StoredRequest request) => WriteAsync(job, Request, request);

    public Task WriteAsync(GrainId job, StoredFile file) => WriteAsync(job, File, file);

    public Task WriteAsync(GrainId job, StoredLatent latent) => WriteAsync(job, Latent, latent);

    public Task WriteLookAsync(GrainId job, StoredLook look) => WriteAsync(job, LookName(look.Look), look);

    public Task WriteRestAsync(GrainId job, StoredLook rest) => WriteAsync(job, Rest, rest);

    public Task ClearFileAsync(GrainId job) => ClearAsync<StoredFile>(job, File);

    /// <summary>Forgets all of it.</summary>
    public async Task ClearAsync(GrainId job, int looks)
    {
        await ClearAsync<StoredRequest>(job, Request);
        await ClearFileAsync(job);
        await ClearErrorsAsync(job, looks);
        await ClearAsync<StoredLatent>(job, Latent);
    }

    /// <summary>Forgets the errors: an answer that is there needs them no more.</summary>
    public async Task ClearErrorsAsync(GrainId job, int looks)
    {
        for (int look = 0; look < looks; look++)
            await ClearAsync<StoredLook>(job, LookName(look));
        await ClearAsync<StoredLook>(job, Rest);
    }

    private static string LookName(int look) => $"look-{look}";

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
