namespace DiffusionClassifier.Cli.Catalog;

/// <summary>A bundle that cannot work.</summary>
/// <param name="File">The file at fault in the bundle's folder, or that folder.</param>
/// <param name="Reason">The file and what is wrong with it.</param>
internal sealed record RefusedModel(string File, string Reason);
