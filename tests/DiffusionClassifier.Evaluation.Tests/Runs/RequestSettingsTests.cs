using System.Text.Json;
using System.Text.Json.Nodes;
using DiffusionClassifier.Evaluation.Runs;

namespace DiffusionClassifier.Evaluation.Tests.Runs;

public sealed class RequestSettingsTests
{
    [Fact]
    public void Each_property_of_a_request_is_a_setting_of_the_run_or_says_why_not()
    {
        JsonObject settings = RequestSettings.From(new ClassificationRequest { Image = new byte[] { 1 } });

        IEnumerable<string> expected = typeof(ClassificationRequest).GetProperties().Select(property => property.Name).Except(RequestSettings.NotKept);
        Assert.Equal(expected.Select(JsonNamingPolicy.CamelCase.ConvertName).Order(), settings.Select(setting => setting.Key).Order());
    }

    [Theory]
    [InlineData("seed", "7", "0")]
    [InlineData("strategy", "\"fixed\"", "null")]
    [InlineData("stageKeep", "[5,1]", "null")]
    public void A_setting_that_differs_is_named_with_both_values(string name, string stored, string now)
    {
        var before = RequestSettings.From(new ClassificationRequest());
        before[name] = JsonNode.Parse(stored);

        string? difference = SettingsDifference.Find(before, RequestSettings.From(new ClassificationRequest()));

        Assert.Equal($"{name} = {stored}; this one has {now}", difference);
    }
}
