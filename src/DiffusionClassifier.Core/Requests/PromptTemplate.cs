using System.Text.RegularExpressions;

namespace DiffusionClassifier.Core.Requests;

/// <summary>From templates and labels to prompts. Stateless.</summary>
internal static partial class PromptTemplate
{
    /// <summary>Where the label belongs.</summary>
    public const string Placeholder = "{label}";

    /// <summary>
    /// The template with the label in its place. A label that brings its own article takes the template's place: "a {label}" and "a plane"
    /// are "a plane". A template's article stays as it is otherwise, also before a vowel, as in the prompts of the paper.
    /// </summary>
    public static string Fill(string template, string label) =>
        (Article().IsMatch(label) ? ArticleOfLabel().Replace(template, Placeholder) : template)
            .Replace(Placeholder, label, StringComparison.Ordinal);

    [GeneratedRegex(@"^(an?|the)\s+\S", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Article();

    [GeneratedRegex(@"\b(an?|the)\s+\{label\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ArticleOfLabel();
}
