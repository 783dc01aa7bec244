using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Core.Tests.Requests;

public sealed class PromptTemplateTests
{
    [Theory]
    [InlineData("a {label}", "a plane", "a plane")]
    [InlineData("a photo of a {label}.", "an apple", "a photo of an apple.")]
    [InlineData("a photo of a {label}.", "The Beatles", "a photo of The Beatles.")]
    [InlineData("An {label} beside the {label}", "a cat", "a cat beside a cat")]
    public void A_label_with_an_article_of_its_own_replaces_the_templates(string template, string label, string prompt) =>
        Assert.Equal(prompt, PromptTemplate.Fill(template, label));

    [Theory]
    [InlineData("a photo of a {label}.", "plane", "a photo of a plane.")]
    [InlineData("a photo of a {label}.", "airplane", "a photo of a airplane.")] // as the prompts of the paper are
    [InlineData("a {label}", "anteater", "a anteater")]
    [InlineData("a {label}", "a", "a a")] // the letter
    [InlineData("a {label}", "theatre", "a theatre")]
    [InlineData("a blurry {label}", "a plane", "a blurry a plane")] // nothing to replace
    [InlineData("{label}", "a plane", "a plane")]
    [InlineData("vodka {label}", "a drink", "vodka a drink")]
    public void Whatever_else_stays_as_it_was_written(string template, string label, string prompt) =>
        Assert.Equal(prompt, PromptTemplate.Fill(template, label));
}
