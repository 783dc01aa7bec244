namespace DiffusionClassifier.Cli.Pull;

/// <summary>A popular model on the Hugging Face hub.</summary>
/// <param name="Id">Its name here, and its folder.</param>
/// <param name="Repository">Where it is on the hub.</param>
/// <param name="License">Name of its license.</param>
/// <param name="LicenseUrl">The text of the license.</param>
/// <param name="Note">What the user should know first; null: nothing.</param>
/// <param name="Cannot">Why it cannot be made into a bundle; null if it can.</param>
internal sealed record HubModel(string Id, string Repository, string License, string LicenseUrl, string? Note, string? Cannot);
