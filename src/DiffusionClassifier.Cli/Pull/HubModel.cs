namespace DiffusionClassifier.Cli.Pull;

/// <summary>A model of the Hugging Face hub that people ask for.</summary>
/// <param name="Id">What it is called here, and its folder.</param>
/// <param name="Repository">Where it is on the hub.</param>
/// <param name="License">Name of its licence.</param>
/// <param name="LicenseUrl">Where that can be read.</param>
/// <param name="Note">What one should know before; null: nothing.</param>
/// <param name="Cannot">Why it cannot be made into a bundle; null where it can.</param>
internal sealed record HubModel(string Id, string Repository, string License, string LicenseUrl, string? Note, string? Cannot);
