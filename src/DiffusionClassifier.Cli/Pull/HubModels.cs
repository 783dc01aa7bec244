using System.Text.Json;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Cli.Pull;

/// <summary>hub-models.json: repositories move and vanish, so they are in one file that says when they were last checked.</summary>
/// <param name="Checked">The day on which public reports were last searched for each repository.</param>
/// <param name="Models">The models.</param>
internal sealed record HubModels(DateOnly Checked, IReadOnlyList<HubModel> Models)
{
    private const string File = "hub-models.json";

    public static HubModels Load()
    {
        using Stream stream = typeof(HubModels).Assembly.GetManifestResourceStream(File)!;
        return JsonSerializer.Deserialize<HubModels>(stream, JsonSerializerOptions.Web)!;
    }

    /// <exception cref="UserException">There is no such model, or it cannot be made into a bundle.</exception>
    public HubModel Find(string id)
    {
        string[] ids = [.. Models.Select(model => model.Id)];
        HubModel model = Models.FirstOrDefault(model => model.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
            ?? throw new UserException(
                $"There is no model '{id}' to pull.{NearestName.Hint(id, ids)} Available models: {string.Join(", ", ids)}.");
        return model.Cannot is null ? model : throw new UserException($"{model.Id} ({model.Repository}) cannot be pulled: {model.Cannot}.");
    }
}
