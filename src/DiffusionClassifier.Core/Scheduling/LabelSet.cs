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

    /// <exception cref="ClassificationException">A label, prompt or template is missing, unknown, repeated or too long.</exception>
    public static LabelSet Create(ClassificationRequest request, ModelManifest manifest, EngineOptions options)
    {
        if (manifest.Conditioning == ConditioningKind.Class)
            return CreateForClasses(request, manifest, options);
        if (request.Labels is not { Count: > 0 } labels)
            throw Invalid(request.LabelField, $"Model '{manifest.Id}' classifies free text: send at least one {request.LabelNoun}.");
        CheckLabels(labels, request.LabelNoun, StringComparer.Ordinal, label => label, options);
        IReadOnlyList<string> templates = Templates(request, manifest, options);
        CheckPromptCount(labels, templates, request.LabelField, options);
        return Group(labels, [.. labels.Select(label => PromptsOf(label, templates, request.LabelField, options))], request.PromptAggregation);
    }

    private static LabelSet CreateForClasses(ClassificationRequest request, ModelManifest manifest, EngineOptions options)
    {
        IReadOnlyList<LabelSpec> labels = request.Labels is { Count: > 0 } sent ? sent : [.. manifest.Classes.Select(LabelSpec.FromString)];
        IReadOnlyList<string> classes = manifest.Classes;
        if (labels == request.Labels)
        {
            ClassNames names = ClassNames.Of(manifest);
            classes = CheckLabels(labels, request.LabelNoun, StringComparer.OrdinalIgnoreCase, label => names.Find(label, request.LabelNoun), options);
        }

        if (request.Templates is not null || labels.Any(label => label.Prompts is not null && !label.IsNull))
            throw Invalid("template", $"Model '{manifest.Id}' knows a fixed list of classes and takes no prompts: leave templates and prompts out.");
        return Group(labels, [.. classes.Select(name => (IReadOnlyList<string>)[name])], PromptAggregation.Mean);
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

    /// <param name="labels">At least one; the server's own null label may be among them.</param>
    /// <param name="noun">What the caller calls them.</param>
    /// <param name="comparer">Which labels are the same.</param>
    /// <param name="meaning">What a label stands for; two of one meaning cannot be told apart.</param>
    /// <param name="options">The limits.</param>
    /// <returns>The meanings, in their order; an empty one for the null label.</returns>
    private static List<string> CheckLabels(IReadOnlyList<LabelSpec> labels, string noun, StringComparer comparer, Func<string, string> meaning, EngineOptions options)
    {
        int count = labels.Count(label => label is not { IsNull: true });
        if (count > options.MaxLabels)
            throw Invalid($"{noun}s", $"{count} {noun}s were sent; the limit is {options.MaxLabels}.");
        List<string> meanings = [];
        var seen = new HashSet<string>(comparer);
        foreach (LabelSpec? label in labels)
        {
            string text = label?.Label ?? ""; // a null in a list is an empty label
            if (label is { IsNull: true })
            {
                meanings.Add(text);
                continue;
            }

            CheckText(noun, text, $"{noun}s", options);
            meanings.Add(meaning(text));
            if (!seen.Add(meanings[^1]))
                throw Invalid($"{noun}s", $"The {noun} '{Echo.Of(text)}' was sent twice{Spelt(text, meanings[^1], comparer)}: identical {noun}s cannot be told apart. Send each once.");
        }

        return meanings;
    }

    private static string Spelt(string label, string meaning, StringComparer comparer) => comparer.Equals(label, meaning) ? "" : $" (it is the class '{meaning}')";

    private static IReadOnlyList<string> Templates(ClassificationRequest request, ModelManifest manifest, EngineOptions options)
    {
        if (request.Templates is not { Count: > 0 } templates)
            return [manifest.Template];
        foreach (string template in templates)
        {
            CheckText("template", template, "template", options);
            if (!template.Contains(Placeholder, StringComparison.Ordinal))
                throw Invalid("template", $"The template '{Echo.Of(template)}' has no {Placeholder}: write {Placeholder} where the label belongs, as in 'a photo of a {Placeholder}.'.");
        }

        return templates;
    }

    private static IReadOnlyList<string> PromptsOf(LabelSpec label, IReadOnlyList<string> templates, string field, EngineOptions options)
    {
        IReadOnlyList<string> prompts = label.Prompts
            ?? [.. templates.Select(template => template.Replace(Placeholder, label.Label, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];
        if (prompts.Count == 0)
            throw Invalid(field, $"The label '{Echo.Of(label.Label)}' has an empty list of prompts: send at least one, or leave the list out.");
        foreach (string prompt in label.IsNull ? [] : prompts)
            CheckText("prompt", prompt, field, options);
        return prompts;
    }

    // Before the prompts are made: every label in every template can be gigabytes of text from a small request.
    private static void CheckPromptCount(IReadOnlyList<LabelSpec> labels, IReadOnlyList<string> templates, string field, EngineOptions options)
    {
        long count = labels.Where(label => !label.IsNull).Sum(label => (long)(label.Prompts?.Count ?? templates.Count));
        if (count > options.MaxPrompts)
            throw Invalid(field, $"The labels have {count} prompts together; the limit is {options.MaxPrompts}. Send fewer labels, templates or prompts.");
    }

    private static void CheckText(string kind, string text, string field, EngineOptions options)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw Invalid(field, $"A {kind} is empty: every {kind} needs at least one visible character.");
        if (text.Length > options.MaxPromptLength)
            throw Invalid(field, $"The {kind} that begins '{Echo.Of(text)}' has {text.Length} characters; the limit is {options.MaxPromptLength}.");
        if (text.Any(char.IsControl))
            throw Invalid(field, $"A {kind} contains a control character (such as a line break): remove it.");
    }

    private static ClassificationException Invalid(string field, string message) => RequestValidator.Invalid(field, message);
}
