using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Jobs;

/// <summary>
/// What is still asked of the model: the prompts of the arms still in the race, but only the first of those that are the same to the model.
/// Owned by the job.
/// </summary>
/// <param name="settings">What was asked.</param>
/// <param name="scores">Where the answers go.</param>
internal sealed class Questions(JobSettings settings, LabelScores scores)
{
    private int[] _asked = [];
    private int[]? _twins; // for each prompt, the next one that has the same answer, else -1; null: all prompts differ
    private Likeness? _likeness;

    /// <summary>Rows of one trial.</summary>
    public int Count => _asked.Length;

    /// <summary>The prompt of a row.</summary>
    public int this[int index] => _asked[index];

    /// <summary>Whether a prompt is asked.</summary>
    public bool Includes(int prompt) => Array.BinarySearch(_asked, prompt) >= 0; // they are in the order of the request

    /// <summary>Starts with the arms still in the race.</summary>
    /// <returns><see cref="Count"/>.</returns>
    public int Begin(Likeness? likeness)
    {
        _likeness = likeness;
        IEnumerable<int> racing = settings.Arms.Where((_, arm) => scores.IsAlive(arm)).SelectMany(arm => arm.Prompts);
        int[] alive = settings.Reference is { } reference ? [.. racing, reference] : [.. racing];
        _asked = likeness is null ? alive : [.. alive.DistinctBy(likeness.OfPrompt)];
        _twins = likeness is null ? null : Twins(alive, likeness);
        return Count;
    }

    /// <summary>Stores the answer for all prompts that are the same.</summary>
    /// <exception cref="ClassificationException">The error is not finite.</exception>
    public void Record(int prompt, int position, double error)
    {
        if (!double.IsFinite(error))
            throw NotFinite(prompt, position);
        if (settings.Weights is { } weights)
            error *= weights[position];
        for (int twin = prompt; twin >= 0; twin = _twins is null ? -1 : _twins[twin])
            scores.Record(twin, position, error);
    }

    /// <summary>
    /// How many labels are still to be told apart: it need not be certain which of a label's competing prompts is the best, and labels that
    /// are the same never differ.
    /// </summary>
    public int Labels()
    {
        IEnumerable<int> labels = settings.Arms.Where((_, arm) => scores.IsAlive(arm)).Select(arm => arm.Label);
        return (_likeness is null ? labels : labels.Select(_likeness.OfLabel)).Distinct().Count();
    }

    private int[] Twins(int[] alive, Likeness likeness)
    {
        int[] twins = [.. Enumerable.Repeat(-1, settings.Prompts.Count)];
        Dictionary<int, int> last = [];
        foreach (int prompt in alive)
        {
            if (last.TryGetValue(likeness.OfPrompt(prompt), out int before))
                twins[before] = prompt;
            last[likeness.OfPrompt(prompt)] = prompt;
        }

        return twins;
    }

    private ClassificationException NotFinite(int prompt, int position)
    {
        string label = prompt == settings.Reference
            ? ""
            : settings.Labels[settings.Arms.First(arm => arm.Prompts.Contains(prompt)).Label].Label;
        Trial trial = settings.Plan[position]; // if trials share noise, neither of its numbers identifies it by itself
        return new ClassificationException(ClassificationError.ModelFailure,
            $"Model '{settings.Manifest.Id}' gave a result that is not a finite number for the label '{label}', trial (timestep "
                + $"{trial.Timestep}, noise {trial.NoiseIndex}). The model may overflow in half precision.");
    }
}
