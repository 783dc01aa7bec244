using System.Text.Json;

namespace DiffusionClassifier.Core.Tests.Contracts;

public class AnswerJsonTests
{
    // The answer as the design fixes it, name by name and in its order.
    private static readonly string[] Paths =
    [
        "id", "model", "prediction",
        "labels", "labels[].label", "labels[].prompts", "labels[].prior", "labels[].elbo", "labels[].meanError", "labels[].standardError",
        "labels[].evaluations", "labels[].eliminatedAt", "labels[].posterior",
        "decision", "decision.strategy", "decision.complete", "decision.delta", "decision.margin", "decision.marginStandardError", "decision.trials", "decision.maxTrials", "decision.tied", "decision.rejected",
        "posterior", "posterior.preset", "posterior.beta", "posterior.calibrated",
        "seed", "loss", "weighting", "imageMode",
        "cost", "cost.rows", "cost.fixedRows", "cost.batches", "cost.queueSeconds", "cost.computeSeconds", "cost.totalSeconds", "cost.cached",
        "warnings", "outOfDistribution", "explanation",
    ];

    [Fact]
    public void An_answer_is_written_with_the_names_of_the_contract_in_its_order()
    {
        JsonElement json = JsonSerializer.SerializeToElement(Answer("ship"), AnswerJson.Options);

        Assert.Equal(Paths, PathsOf(json, ""));
    }

    [Fact]
    public void Every_choice_of_a_request_is_a_word_and_never_a_number()
    {
        IEnumerable<Type> choices = typeof(ClassificationRequest).GetProperties()
            .Select(field => Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType).Where(type => type.IsEnum).Distinct();

        Assert.All(choices, type =>
        {
            Assert.Equal(JsonValueKind.String, JsonSerializer.SerializeToElement(Enum.GetValues(type).GetValue(0), type, AnswerJson.Options).ValueKind);
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("0", type, AnswerJson.Options));
        });
    }

    [Fact]
    public void Nulls_are_written_out()
    {
        JsonElement label = JsonSerializer.SerializeToElement(Answer("ship"), AnswerJson.Options).GetProperty("labels")[0];

        Assert.All((string[])["prompts", "standardError", "eliminatedAt", "elbo"], name => Assert.Equal(JsonValueKind.Null, label.GetProperty(name).ValueKind));
    }

    [Theory]
    [InlineData(PredictionLoss.L2, "\"l2\"")]
    [InlineData(PredictionLoss.L1, "\"l1\"")]
    [InlineData(PredictionLoss.Huber, "\"huber\"")]
    [InlineData(Strategy.Fixed, "\"fixed\"")]
    [InlineData(Weighting.Uniform, "\"uniform\"")]
    [InlineData(Weighting.ClarkJaini, "\"clark-jaini\"")]
    [InlineData(Weighting.Vlb, "\"vlb\"")]
    [InlineData(Weighting.Fitted, "\"fitted\"")]
    [InlineData(ImageMode.Default, "\"default\"")]
    [InlineData(ImageMode.Reference, "\"reference\"")]
    [InlineData(PosteriorPreset.Paper, "\"paper\"")]
    [InlineData(PosteriorPreset.Mean, "\"mean\"")]
    [InlineData(PosteriorPreset.Fitted, "\"fitted\"")]
    [InlineData(PosteriorPreset.Temperature, "\"temperature\"")]
    [InlineData(ConditioningKind.Class, "\"class\"")]
    [InlineData(ConditioningKind.Text, "\"text\"")]
    public void An_enum_is_written_as_a_lower_case_word_and_read_back(object value, string expected)
    {
        Assert.Equal(expected, JsonSerializer.Serialize(value, value.GetType(), AnswerJson.Options));
        Assert.Equal(value, JsonSerializer.Deserialize(expected, value.GetType(), AnswerJson.Options));
    }

    [Fact]
    public void An_enum_as_a_number_is_refused()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<PredictionLoss>("1", AnswerJson.Options));
    }

    [Theory]
    [InlineData("crème brûlée")]
    [InlineData("корабль")]
    [InlineData("猫と犬")]
    [InlineData("سفينة")]
    [InlineData("a 'quoted' <b> & more")]
    public void A_label_in_any_script_stays_readable(string label)
    {
        string json = JsonSerializer.Serialize(Answer(label), AnswerJson.Options);

        Assert.Contains($"\"{label}\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("🐈")]
    [InlineData("a \"b\" \\ c")]
    public void A_label_that_must_be_escaped_comes_back_the_same(string label)
    {
        string json = JsonSerializer.Serialize(Answer(label), AnswerJson.Indented);

        Assert.Equal(label, JsonSerializer.Deserialize<ClassificationResult>(json, AnswerJson.Options)!.Prediction);
    }

    [Fact]
    public void Seed_and_errors_keep_every_digit()
    {
        ClassificationResult answer = Answer("ship") with { Seed = (1UL << 53) - 1 };

        string json = JsonSerializer.Serialize(answer, AnswerJson.Options);

        Assert.Contains("\"seed\":9007199254740991", json, StringComparison.Ordinal);
        Assert.Equal(answer.Labels, JsonSerializer.Deserialize<ClassificationResult>(json, AnswerJson.Options)!.Labels);
    }

    private static ClassificationResult Answer(string label) => new(
        "0198", "cifar10", label,
        [new LabelResult(label, null, 0.1, null, 1.0 / 3, null, 64, null, 0.1 + 0.2)],
        new DecisionSummary(Strategy.Fixed, true, null, null, null, 64, 64),
        new PosteriorSummary(PosteriorPreset.Paper, 3072, false),
        1, PredictionLoss.L2, Weighting.Uniform, ImageMode.Default,
        new CostSummary(640, 640, 20, 0.01, 0.31, 0.35),
        []);

    private static IEnumerable<string> PathsOf(JsonElement json, string prefix) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => PathsOf(property.Value, $"{prefix}{property.Name}.").Prepend($"{prefix}{property.Name}")),
        JsonValueKind.Array => json.EnumerateArray().Take(1).SelectMany(item => PathsOf(item, $"{prefix[..^1]}[].")),
        _ => [],
    };
}
