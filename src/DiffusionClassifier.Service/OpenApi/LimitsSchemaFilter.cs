using System.Globalization;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>Replaces names such as <c>{MaxLabels}</c> in descriptions with this server's limits.</summary>
internal sealed class LimitsSchemaFilter(IOptions<EngineOptions> engine, IOptions<UploadOptions> uploads, ApiLimits limits) : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        foreach (IOpenApiSchema property in schema.Properties?.Values ?? [])
            property.Description = Fill(property.Description);
    }

    private string? Fill(string? description) => description?
        .Replace("{MaxImageBytes}", Number(limits.MaxImageBytes), StringComparison.Ordinal)
        .Replace("{MaxImages}", Number(uploads.Value.MaxImages), StringComparison.Ordinal)
        .Replace("{MaxPixels}", Number(limits.MaxPixels), StringComparison.Ordinal)
        .Replace("{MaxLabels}", Number(engine.Value.MaxLabels), StringComparison.Ordinal)
        .Replace("{MaxPromptLength}", Number(engine.Value.MaxPromptLength), StringComparison.Ordinal)
        .Replace("{InteractiveRows}", Number(engine.Value.InteractiveRows), StringComparison.Ordinal)
        .Replace("{StandardRows}", Number(engine.Value.StandardRows), StringComparison.Ordinal)
        .Replace("{MaxRowsPerRequest}", Number(engine.Value.MaxRowsPerRequest), StringComparison.Ordinal);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
