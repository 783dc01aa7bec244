using System.Text.RegularExpressions;

namespace DiffusionClassifier.Core.Requests;

/// <summary>From templates and labels to prompts. Stateless.</summary>
internal static partial class PromptTemplate
{
    /// <summary>Where the label belongs.</summary>
    public const string Placeholder = "{label}";

    /// <summary>
    /// The template with the label filled in. A label with an article of its own replaces the template's: "a {label}" and "a plane" give "a
    /// plane". Otherwise the template's article stays as it is, even before a vowel, as in the paper's prompts.
    /// </summary>
    public static string Fill(string template, string label) =>
        (Article().IsMatch(label) ? ArticleOfLabel().Replace(template, Placeholder) : template)
            .Replace(Placeholder, label, StringComparison.Ordinal);

    [GeneratedRegex(@"^(an?|the)\s+\S", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Article();

    [GeneratedRegex(@"\b(an?|the)\s+\{label\}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ArticleOfLabel();
}
