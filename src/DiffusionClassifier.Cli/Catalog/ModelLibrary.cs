using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Engines;

namespace DiffusionClassifier.Cli.Catalog;

/// <summary>The models of one folder: those that work, and those that were refused. Immutable.</summary>
/// <param name="Folder">The folder, as the caller named it.</param>
/// <param name="Source">Opens the models that work.</param>
/// <param name="Refused">The others.</param>
internal sealed record ModelLibrary(string Folder, IModelSource Source, IReadOnlyList<RefusedModel> Refused)
{
    /// <summary>The one model to run, by id, ignoring case; if null the first, or as the service would choose for a request.</summary>
    /// <exception cref="UserException">There is none, or it was refused.</exception>
    public SingleModel Choose(string? id, Submission? request = null)
    {
        if (id is null && request is not null && Source.Manifests.Count > 0)
        {
            var catalog = new ModelCatalog(Source.Manifests, defaultModel: null);
            ModelChoice choice = catalog.Choose(request);
            return Single(choice.Model.Manifest, choice);
        }

        ModelManifest? chosen = Source.Manifests.FirstOrDefault(
            manifest => id is null || manifest.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
        return chosen is null ? throw Missing(id) : Single(chosen);
    }

    private SingleModel Single(ModelManifest manifest, ModelChoice? choice = null) =>
        new(Source, manifest, Folder, ModelChooser.IsBundle(Folder) ? Folder : Path.Combine(Folder, manifest.Id))
        { Warning = choice?.Warning, InsteadOf = choice?.InsteadOf };

    private UserException Missing(string? id)
    {
        string bundle = Path.GetFullPath(Path.Combine(Folder, id ?? ""));
        if (Refused.FirstOrDefault(refused => IsWithin(refused.File, bundle)) is { } refused)
            return new UserException(refused.Reason);
        string[] ids = [.. Source.Manifests.Select(manifest => manifest.Id)];
        if (ids.Length == 0)
            return new UserException($"There is no model in {Folder}: a model is a folder with a model_index.json.");
        string hint = NearestName.Hint(id!, ids);
        return new UserException($"There is no model '{id}' in {Folder}.{hint} Available models: {string.Join(", ", ids)}.");
    }

    private static bool IsWithin(string file, string folder) =>
        $"{file}{Path.DirectorySeparatorChar}".StartsWith(
            $"{folder.TrimEnd(Path.DirectorySeparatorChar)}{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
}
