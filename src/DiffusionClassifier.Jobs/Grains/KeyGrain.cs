using DiffusionClassifier.Jobs.Protocol;
using DiffusionClassifier.Jobs.State;
using DiffusionClassifier.Jobs.Storage;

namespace DiffusionClassifier.Jobs.Grains;

/// <summary>Owns an Idempotency-Key of batches.</summary>
internal sealed class KeyGrain([PersistentState("key", JobsStore.Name)] IPersistentState<KeyRecord> stored) : Grain, IKeyGrain
{
    public async Task<string?> ClaimAsync(string batch, string question, string? lost)
    {
        if (!stored.RecordExists || stored.State.Batch == lost)
        {
            (stored.State.Batch, stored.State.Question) = (batch, question);
            await stored.WriteStateAsync();
        }

        return stored.State.Question == question ? stored.State.Batch : null;
    }

    public async Task ForgetAsync(string batch)
    {
        if (stored.RecordExists && stored.State.Batch == batch)
            await stored.ClearStateAsync();
    }
}
