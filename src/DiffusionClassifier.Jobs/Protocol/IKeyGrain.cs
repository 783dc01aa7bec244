namespace DiffusionClassifier.Jobs.Protocol;

/// <summary>One Idempotency-Key of a tenant.</summary>
[Alias("dc.IKeyGrain")]
internal interface IKeyGrain : IGrainWithStringKey
{
    /// <summary>The key belongs to a batch from now on, if it belongs to none.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="question">SHA-256 of what was sent.</param>
    /// <param name="lost">A batch that is not there any more, which it may belong to; null: none.</param>
    /// <returns>The batch that it belongs to; null: something else was sent with it.</returns>
    [Alias("ClaimAsync")]
    Task<string?> ClaimAsync(string batch, string question, string? lost);

    /// <summary>Forgets that it belongs to a batch.</summary>
    [Alias("ForgetAsync")]
    Task ForgetAsync(string batch);
}
