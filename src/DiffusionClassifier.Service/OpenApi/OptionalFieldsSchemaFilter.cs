using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>
/// Gives the optional fields of the form an empty example. Swagger UI fills fields that have none with "string" and the like, and the
/// first request that somebody tries would be refused.
/// </summary>
internal sealed class OptionalFieldsSchemaFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (!context.Type.IsSubclassOf(typeof(ImageRequest)))
            return;
        IEnumerable<OpenApiSchema> optional = (schema.Properties?.Values ?? []).OfType<OpenApiSchema>()
            .Where(property => property.Format != "binary" && (property.Items as OpenApiSchema)?.Format != "binary");
        foreach (OpenApiSchema property in optional)
            property.Examples = [property.Type?.HasFlag(JsonSchemaType.Array) == true ? new JsonArray() : ""];
    }
}
