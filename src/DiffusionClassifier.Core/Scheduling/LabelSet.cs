using DiffusionClassifier.Core.Contracts;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Scheduling;

/// <summary>The labels of a request, checked, with the prompts that stand for them and the arms that race. Immutable.</summary>
/// <param name="Labels">As the request wrote them.</param>
/// <param name="Prompts">All prompts of the first label, then of the second …; the classes of a class-conditional model.</param>
/// <param name="Arms">Which prompts race as one.</param>
internal sealed record LabelSet(IReadOnlyList<LabelSpec> Labels, IReadOnlyList<string> Prompts, IReadOnlyList<Arm> Arms)
{
    private const string Placeholder = "{label}";
    private const int ClassesInMessage = 20; // enough to read, short enough for one line
    private const int LabelInMessage = 32; // characters of a long label that an error repeats

    /// <exception cref="ClassificationException">A label, prompt or template is missing, unknown, repeated or too long.</exception>
    public static LabelSet Create(ClassificationRequest request, ModelManifest manifest, EngineOptions options)
    {
        IReadOnlyList<LabelSpec> labels = CheckedLabels(request, manifest, options);
        if (manifest.Conditioning == ConditioningKind.Class)
        {
            if (request.Templates is not null || labels.Any(label => label.Prompts is not null && !label.IsNull))
                throw Invalid("template", $"Model '{manifest.Id}' knows a fixed list of classes and takes no prompts: leave templates and prompts out.");
            return Group(labels, [.. labels.Select(label => (IReadOnlyList<string>)[label.Label])], PromptAggregation.Mean);
        }

        IReadOnlyList<string> templates = Templates(request, manifest, options);
        CheckPromptCount(labels, templates, options);
        return Group(labels, [.. labels.Select(label => PromptsOf(label, templates, options))], request.PromptAggregation);
    }

    private static LabelSet Group(IReadOnlyList<LabelSpec> labels, IReadOnlyList<IReadOnlyList<string>> promptsOfLabels, PromptAggregation aggregation)
    {
        List<string> prompts = [];
        List<Arm> arms = [];
        foreach ((int label, IReadOnlyList<string> own) in promptsOfLabels.Index())
        {
            int[] indices = [.. Enumerable.Range(prompts.Count, own.Count)];
            prompts.AddRange(own);
            arms.AddRange(aggregation == PromptAggregation.Min ? indices.Select(index => new Arm(label, [index])) : [new Arm(label, indices)]);
        }

        return new LabelSet(labels, prompts, arms);
    }

    private static IReadOnlyList<LabelSpec> CheckedLabels(ClassificationRequest request, ModelManifest manifest, EngineOptions options)
    {
        bool isClass = manifest.Conditioning == ConditioningKind.Class;
        if (request.Labels is not { Count: > 0 } labels)
            return isClass ? [.. manifest.Classes.Select(LabelSpec.FromString)] : throw Invalid("labels", $"Model '{manifest.Id}' classifies free text: send at least one label.");
        if (labels.Count > options.MaxLabels)
            throw Invalid("labels", $"{labels.Count} labels were sent; the limit is {options.MaxLabels}.");
        var seen = new HashSet<string>(isClass ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (string label in labels.Where(label => label is not { IsNull: true }).Select(label => label?.Label ?? "")) // a null in a list is an empty label
        {
            CheckText("label", label, "labels", options);
            if (isClass)
                CheckClass(label, manifest);
            if (!seen.Add(label))
                throw Invalid("labels", $"The label '{label}' was sent twice: identical labels cannot be told apart. Send each once.");
        }

        return labels;
    }

    private static IReadOnlyList<string> Templates(ClassificationRequest request, ModelManifest manifest, EngineOptions options)
    {
        if (request.Templates is not { Count: > 0 } templates)
            return [manifest.Template];
        foreach (string template in templates)
        {
            CheckText("template", template, "template", options);
            if (!template.Contains(Placeholder, StringComparison.Ordinal))
                throw Invalid("template", $"The template '{Start(template)}' has no {Placeholder}: write {Placeholder} where the label belongs, as in 'a photo of a {Placeholder}.'.");
        }

        return templates;
    }

    private static IReadOnlyList<string> PromptsOf(LabelSpec label, IReadOnlyList<string> templates, EngineOptions options)
    {
        IReadOnlyList<string> prompts = label.Prompts
            ?? [.. templates.Select(template => template.Replace(Placeholder, label.Label, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
        if (prompts.Count == 0)
            throw Invalid("labels", $"The label '{Start(label.Label)}' has an empty list of prompts: send at least one, or leave the list out.");
        foreach (string prompt in label.IsNull ? [] : prompts)
            CheckText("prompt", prompt, "labels", options);
        return prompts;
    }

    // Before the prompts are made: every label in every template can be gigabytes of text from a small request.
    private static void CheckPromptCount(IReadOnlyList<LabelSpec> labels, IReadOnlyList<string> templates, EngineOptions options)
    {
        long count = labels.Sum(label => (long)(label.Prompts?.Count ?? templates.Count));
        if (count > options.MaxPrompts)
            throw Invalid("labels", $"The labels have {count} prompts together; the limit is {options.MaxPrompts}. Send fewer labels, templates or prompts.");
    }

    private static void CheckText(string kind, string text, string field, EngineOptions options)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw Invalid(field, $"A {kind} is empty: every {kind} needs at least one visible character.");
        if (text.Length > options.MaxPromptLength)
            throw Invalid(field, $"The {kind} that begins '{Start(text)}' has {text.Length} characters; the limit is {options.MaxPromptLength}.");
        if (text.Any(char.IsControl))
            throw Invalid(field, $"A {kind} contains a control character (such as a line break): remove it.");
    }

    private static void CheckClass(string label, ModelManifest manifest)
    {
        if (manifest.Classes.Contains(label, StringComparer.OrdinalIgnoreCase))
            return;
        string hint = NearestName.Find(label, manifest.Classes) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        string list = string.Join(", ", manifest.Classes.Take(ClassesInMessage)) + (manifest.Classes.Count > ClassesInMessage ? ", …" : "");
        throw new ClassificationException(ClassificationError.UnknownLabel,
            $"'{label}' is not a class of model '{manifest.Id}', which knows only the classes it was trained on.{hint} Its {manifest.Classes.Count} classes: {list}.")
        { Field = "labels" };
    }

    private static string Start(string text) => text.Length > LabelInMessage ? text[..LabelInMessage] + "…" : text;

    private static ClassificationException Invalid(string field, string message) => RequestValidator.Invalid(field, message);
}
