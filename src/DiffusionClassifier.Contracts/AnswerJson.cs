using System.Text.Json;
using System.Text.Json.Serialization;

namespace DiffusionClassifier.Contracts;

/// <summary>The one JSON form of the contracts: camelCase names, enum values as lower-case words, nulls written out.</summary>
public static class AnswerJson
{
    /// <summary>Compact, as HTTP answers are written.</summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    /// <summary>Indented, as the command line prints.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    /// <summary>Makes <paramref name="options"/> write the contracts in their one form.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        // Labels in any script stay readable; the content type is never HTML.
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(AsWords<Strategy>());
        options.Converters.Add(AsWords<PosteriorPreset>());
        options.Converters.Add(AsWords<PredictionLoss>());
        options.Converters.Add(AsWords<Weighting>());
        options.Converters.Add(AsWords<DrawChoice>());
        options.Converters.Add(AsWords<ImageMode>());
        options.Converters.Add(AsWords<ConditioningKind>());
        options.Converters.Add(AsWords<PromptAggregation>());
        options.Converters.Add(AsWords<ResizeFilter>());
        options.Converters.Add(AsWords<PriorityClass>());
        options.Converters.Add(AsWords<JobStatus>());
        options.Converters.Add(AsWords<ModelState>());
    }

    private static JsonStringEnumConverter<T> AsWords<T>() where T : struct, Enum =>
        new(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = indented };
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
