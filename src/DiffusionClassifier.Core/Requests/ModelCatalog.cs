using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Requests;

/// <summary>The models that requests can name, and those that turned out to be unusable. Thread-safe.</summary>
public sealed class ModelCatalog
{
    private readonly Lock _gate = new(); // for writers; what is read is replaced as a whole
    private readonly LoadedModel[] _all;
    private readonly LoadedModel _first; // the default as long as it can be used
    private volatile State _now;

    /// <param name="manifests">At least one.</param>
    /// <param name="defaultModel">Its id, or null for the first.</param>
    /// <param name="refused">Models that exist but cannot be used.</param>
    /// <exception cref="ArgumentException">There is no model, or the default is among neither.</exception>
    public ModelCatalog(IReadOnlyList<ModelManifest> manifests, string? defaultModel, IReadOnlyList<ModelRefusal>? refused = null)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        if (manifests.Count == 0)
            throw new ArgumentException("There is no model to serve.", nameof(manifests));
        LoadedModel[] all = _all = [.. manifests.Select(manifest => new LoadedModel(manifest))];
        LoadedModel? named = all.FirstOrDefault(model => IsNamed(model, defaultModel));
        refused ??= [];
        if (defaultModel is not null && named is null && !refused.Any(refusal => IsNamed(refusal, defaultModel)))
        {
            throw new ArgumentException($"The default model '{defaultModel}' is not among the loaded models: "
                + $"{string.Join(", ", all.Select(model => model.Id))}.", nameof(defaultModel));
        }

        _first = named ?? all[0];
        _now = new State(all, _first, [.. refused]);
    }

    /// <summary>The models that can be used, in a stable order.</summary>
    public IReadOnlyList<LoadedModel> All => _now.Models;

    /// <summary>The others, and why.</summary>
    public IReadOnlyList<ModelRefusal> Refused => _now.Refused;

    /// <summary>The model of a request that names none, except for free text: see <see cref="Choose"/>.</summary>
    public LoadedModel Default => _now.Default;

    /// <summary>The model of that id, ignoring case; the default for null or empty.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownModel"/>.</exception>
    public LoadedModel Find(string? id)
    {
        State now = _now;
        if (string.IsNullOrEmpty(id))
            return now.Default;
        if (now.Models.FirstOrDefault(model => IsNamed(model, id)) is { } found)
            return found;
        if (now.Refused.FirstOrDefault(refusal => IsNamed(refusal, id)) is { } refused)
            throw Unusable(refused, now.Models);
        string[] ids = [.. now.Models.Select(model => model.Id)];
        throw new ClassificationException(ClassificationError.UnknownModel,
            $"There is no model '{Excerpt.Of(id)}'.{NearestName.Hint(id, ids)} Available models: {string.Join(", ", ids)}.")
        { Field = "model" };
    }

    /// <summary>As <see cref="Find"/>, but a model that was refused after the start may be found, too.</summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownModel"/>.</exception>
    internal LoadedModel FindEvenRefused(string id) => _all.FirstOrDefault(model => IsNamed(model, id)) ?? Find(id);

    /// <summary>A model that was refused can be used after all.</summary>
    internal void Restore(string id)
    {
        lock (_gate)
        {
            State now = _now;
            if (now.Models.Any(model => model.Id == id))
                return;
            LoadedModel[] more = [.. _all.Where(model => model.Id == id || now.Models.Contains(model))];
            ModelRefusal[] less = [.. now.Refused.Where(refusal => !IsNamed(refusal, id))];
            _now = new State(more, _first.Id == id ? _first : now.Default, less);
        }
    }

    /// <summary>Removes a model; if it is the default, the first of the others becomes the default. The last one stays.</summary>
    /// <returns>What requests for it are told.</returns>
    internal ClassificationException Refuse(ModelRefusal refusal)
    {
        lock (_gate)
        {
            LoadedModel[] left = [.. _now.Models.Where(model => !IsNamed(refusal, model.Id))];
            if (left.Length > 0)
                _now = new State(left, left.Contains(_now.Default) ? _now.Default : left[0], [.. _now.Refused, refusal]);
            return Unusable(refusal, left);
        }
    }

    /// <summary>
    /// The model that answers a request: the one it names, else the default. If the default knows only classes, and no label is one of them
    /// and not all are misspelled ones, the free-text model answers, if there is exactly one.
    /// </summary>
    /// <exception cref="ClassificationException"><see cref="ClassificationError.UnknownModel"/>.</exception>
    public ModelChoice Choose(Submission submission)
    {
        ArgumentNullException.ThrowIfNull(submission);
        if (!IsLeftToUs(submission.Request))
            return new ModelChoice(Find(submission.Request.Model));
        State now = _now;
        LoadedModel[] ofFreeText = [.. now.Models.Where(model => model.ReadsText)];
        if (ofFreeText is [var only] && FreeText.IsMeant(submission.Request, now.Default))
        {
            return new ModelChoice(only,
                $"No {submission.LabelNoun} is a class of the default model '{now.Default.Id}', so '{only.Id}' answered, the "
                    + "only model that reads free text. Name it as the model to make sure of that.")
            { InsteadOf = now.Default.Id };
        }

        return new ModelChoice(now.Default) { Alternatives = [.. ofFreeText.Select(model => model.Id)] };
    }

    private static bool IsNamed(LoadedModel model, string? id) => model.Id.Equals(id, StringComparison.OrdinalIgnoreCase);

    private static bool IsNamed(ModelRefusal refusal, string id) => refusal.Id.Equals(id, StringComparison.OrdinalIgnoreCase);

    private static ClassificationException Unusable(ModelRefusal refusal, IReadOnlyList<LoadedModel> others) =>
        new(ClassificationError.UnknownModel, $"The model '{refusal.Id}' cannot be used: {refusal.Reason.TrimEnd('.')}. "
            + $"Available models: {string.Join(", ", others.Select(model => model.Id))}.")
        { Field = "model" };

    private bool IsLeftToUs(ClassificationRequest request) => string.IsNullOrEmpty(request.Model) && !Default.ReadsText;

    private sealed record State(IReadOnlyList<LoadedModel> Models, LoadedModel Default, IReadOnlyList<ModelRefusal> Refused);
}
