using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Engines;

namespace DiffusionClassifier.Cli.Catalog;

/// <summary>From <c>--model</c> and <c>--models</c> to a model.</summary>
internal static class ModelChooser
{
    private const string FolderVariable = "DC_MODELS";
    private const string DefaultFolder = "models";
    private const string IndexFile = "model_index.json"; // what makes a folder a bundle

    /// <param name="engines">Reads bundles.</param>
    /// <param name="model">The option <c>--model</c>: a bundle's folder, or an id.</param>
    /// <param name="models">The option <c>--models</c>.</param>
    /// <param name="request">If no model is named, its labels may tell which one is meant, as in the service.</param>
    /// <exception cref="UserException">There is no such model.</exception>
    public static SingleModel Choose(Engines engines, string? model, string? models, Submission? request = null)
    {
        if (model is not null && IsBundle(model))
            return engines.OpenModels(model).Choose(null);
        if (model is not null && (Directory.Exists(model) || model.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            throw new UserException(
                $"--model names the folder {model}, which "
                    + $"{(Directory.Exists(model) ? $"has no {IndexFile}, so it is not a model" : "does not exist")}.");
        }

        return engines.OpenModels(Folder(models)).Choose(model, request);
    }

    /// <summary>A model in the models folder, by its id; null if it is not there.</summary>
    public static SingleModel? Find(Engines engines, string id, string? models) =>
        Directory.Exists(Folder(models)) && engines.OpenModels(Folder(models)) is var library
            && library.Source.Manifests.Any(manifest => manifest.Id == id) ? library.Choose(id) : null;

    /// <summary>The folder of a bundle, given by its path or by the id of a model in the models folder.</summary>
    /// <exception cref="UserException">There is no such folder or model.</exception>
    public static string FolderOf(Engines engines, string bundle, string? models) =>
        Directory.Exists(bundle) || Path.IsPathRooted(bundle) || bundle.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? bundle
            : engines.OpenModels(Folder(models)).Choose(bundle).BundleFolder;

    /// <summary>The models folder: from the option, else the environment, else the current folder, else next to the program.</summary>
    public static string Folder(string? option)
    {
        if ((option ?? Environment.GetEnvironmentVariable(FolderVariable)) is { Length: > 0 } folder)
            return folder;
        return IsBundle(DefaultFolder) || (Directory.Exists(DefaultFolder) && Directory.EnumerateDirectories(DefaultFolder).Any(IsBundle))
            ? DefaultFolder
            : Path.Combine(AppContext.BaseDirectory, DefaultFolder);
    }

    public static bool IsBundle(string folder) => File.Exists(Path.Combine(folder, IndexFile));
}
