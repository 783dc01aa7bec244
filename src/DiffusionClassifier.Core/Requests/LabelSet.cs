using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring;

namespace DiffusionClassifier.Core.Requests;

/// <summary>The labels of a request, checked, with the prompts that stand for them and the arms that race. Immutable.</summary>
/// <param name="Labels">As the request wrote them.</param>
/// <param name="Prompts">All prompts of the first label, then of the second …; the classes of a class-conditional model.</param>
/// <param name="Arms">Which prompts race as one.</param>
internal sealed record LabelSet(IReadOnlyList<LabelSpec> Labels, IReadOnlyList<string> Prompts, IReadOnlyList<Arm> Arms)
{
    /// <summary>The empty prompt's index, where it is asked beside the labels and takes no part in the race; else null.</summary>
    public int? Reference { get; private init; }

    /// <exception cref="ClassificationException">A label, prompt or template is missing, unknown, repeated or too long.</exception>
    public static LabelSet Create(Submission submission, LoadedModel model, EngineOptions options)
    {
        LabelSet labels =
            model.ReadsText ? CreateForText(submission, model.Manifest, options) : CreateForClasses(submission, model, options);
        if (submission.WithNull)
            return labels.WithNull();
        return Contrast.AsksForNull(submission.Request, labels.Labels) ? labels.WithReference() : labels;
    }

    private static LabelSet CreateForText(Submission submission, ModelManifest manifest, EngineOptions options)
    {
        ClassificationRequest request = submission.Request;
        if (request.Labels is not { Count: > 0 } labels)
            throw Invalid(submission.LabelField, $"Model '{manifest.Id}' classifies free text: send at least one {submission.LabelNoun}.");
        CheckLabels(labels, submission.LabelNoun, StringComparer.Ordinal, label => label, options);
        IReadOnlyList<string> templates = Templates(request, manifest, options);
        CheckPromptCount(labels, templates, submission.LabelField, options);
        return Group(labels, [.. labels.Select(label => PromptsOf(label, templates, submission.LabelField, options))],
            request.PromptAggregation);
    }

    private static LabelSet CreateForClasses(Submission submission, LoadedModel model, EngineOptions options)
    {
        ClassificationRequest request = submission.Request;
        ModelManifest manifest = model.Manifest;
        IReadOnlyList<LabelSpec> labels = request.Labels is { Count: > 0 } sent ? sent : [.. manifest.Classes.Select(LabelSpec.FromString)];
        IReadOnlyList<string> classes = manifest.Classes;
        if (labels == request.Labels)
        {
            classes = CheckLabels(labels, submission.LabelNoun, StringComparer.OrdinalIgnoreCase,
                label => model.Classes.Find(label, submission.LabelNoun), options);
        }

        if (request.Template is not null || labels.Any(label => label.Prompts is not null))
        {
            throw Invalid("template",
                $"Model '{manifest.Id}' knows a fixed list of classes and takes no prompts: leave templates and prompts out.");
        }

        return Group(labels, [.. classes.Select(name => (IReadOnlyList<string>)[name])], PromptAggregation.Mean);
    }

    // The empty prompt, which means a class-conditional model's null class: what is predicted without a label.
    private LabelSet WithNull() => new([.. Labels, new LabelSpec("")], [.. Prompts, ""], [.. Arms, new Arm(Labels.Count, [Prompts.Count])]);

    private LabelSet WithReference() => this with { Prompts = [.. Prompts, ""], Reference = Prompts.Count };

    private static LabelSet Group(
        IReadOnlyList<LabelSpec> labels, IReadOnlyList<IReadOnlyList<string>> promptsOfLabels, PromptAggregation aggregation)
    {
        List<string> prompts = [];
        List<Arm> arms = [];
        foreach ((int label, IReadOnlyList<string> own) in promptsOfLabels.Index())
        {
            int[] indices = [.. Enumerable.Range(prompts.Count, own.Count)];
            prompts.AddRange(own);
            arms.AddRange(
                aggregation == PromptAggregation.Min ? indices.Select(index => new Arm(label, [index])) : [new Arm(label, indices)]);
        }

        return new LabelSet(labels, prompts, arms);
    }

    /// <param name="labels">At least one.</param>
    /// <param name="noun">What the caller calls them.</param>
    /// <param name="comparer">Which labels are the same.</param>
    /// <param name="meaning">What a label stands for; two labels with the same meaning cannot be told apart.</param>
    /// <param name="options">The limits.</param>
    /// <returns>The meanings, in their order.</returns>
    private static List<string> CheckLabels(
        IReadOnlyList<LabelSpec> labels, string noun, StringComparer comparer, Func<string, string> meaning, EngineOptions options)
    {
        if (labels.Count > options.MaxLabels)
            throw Invalid($"{noun}s", $"{labels.Count:N0} {noun}s were sent; the limit is {options.MaxLabels:N0}.");
        List<string> meanings = [];
        var seen = new HashSet<string>(comparer);
        foreach (LabelSpec? label in labels)
        {
            string text = label?.Label ?? ""; // a null in a list is an empty label
            CheckText(noun, text, $"{noun}s", options);
            meanings.Add(meaning(text));
            if (!seen.Add(meanings[^1]))
            {
                throw Invalid($"{noun}s", $"The {noun} '{Excerpt.Of(text)}' was sent twice{Spelt(text, meanings[^1], comparer)}: "
                    + $"identical {noun}s cannot be told apart. Send each once.");
            }
        }

        return meanings;
    }

    private static string Spelt(string label, string meaning, StringComparer comparer) =>
        comparer.Equals(label, meaning) ? "" : $" (it is the class '{meaning}')";

    private static IReadOnlyList<string> Templates(ClassificationRequest request, ModelManifest manifest, EngineOptions options)
    {
        if (request.Template is not { Count: > 0 } templates)
            return [manifest.Template];
        foreach (string template in templates)
        {
            CheckText("template", template, "template", options);
            if (!template.Contains(PromptTemplate.Placeholder, StringComparison.Ordinal))
            {
                throw Invalid("template", $"The template '{Excerpt.Of(template)}' has no {PromptTemplate.Placeholder}: "
                    + $"write {PromptTemplate.Placeholder} where the label belongs, as in 'a photo of a {PromptTemplate.Placeholder}.'.");
            }
        }

        return templates;
    }

    private static IReadOnlyList<string> PromptsOf(LabelSpec label, IReadOnlyList<string> templates, string field, EngineOptions options)
    {
        IReadOnlyList<string> prompts = label.Prompts
            ?? [.. templates.Select(template => PromptTemplate.Fill(template, label.Label))
                .Distinct(StringComparer.Ordinal)];
        if (prompts.Count == 0)
        {
            throw Invalid(field,
                $"The label '{Excerpt.Of(label.Label)}' has an empty list of prompts: send at least one, or leave the list out.");
        }

        foreach (string prompt in prompts)
            CheckText("prompt", prompt, field, options);
        return prompts;
    }

    // Before the prompts are made: every label in every template can make gigabytes of text from a small request.
    private static void CheckPromptCount(
        IReadOnlyList<LabelSpec> labels, IReadOnlyList<string> templates, string field, EngineOptions options)
    {
        long count = labels.Sum(label => (long)(label.Prompts?.Count ?? templates.Count));
        if (count > options.MaxPrompts)
        {
            throw Invalid(field,
                $"The labels have {count:N0} prompts in total; the limit is {options.MaxPrompts:N0}. "
                    + "Send fewer labels, templates or prompts.");
        }
    }

    private static void CheckText(string kind, string text, string field, EngineOptions options)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw Invalid(field, $"A {kind} is empty: every {kind} needs at least one visible character.");
        if (text.Length > options.MaxPromptLength)
        {
            throw Invalid(field,
                $"The {kind} that begins '{Excerpt.Of(text)}' has {text.Length:N0} characters; the limit is {options.MaxPromptLength:N0}.");
        }

        if (text.Any(char.IsControl))
        {
            throw Invalid(field,
                $"A {kind} contains a control character (such as a line break): remove it, and send each {kind} by itself.");
        }
    }

    private static ClassificationException Invalid(string field, string message) => RequestValidator.Invalid(field, message);
}
