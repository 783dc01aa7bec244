using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>Bytes are files where requests have them; in an answer they are base64.</summary>
internal sealed class ExplanationSchemaFilter : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        // A reference to the schema comes by as well, and has no properties.
        if (context.Type == typeof(Explanation) && schema.Properties is { } fields && fields["overlay"] is OpenApiSchema overlay)
            overlay.Format = "byte";
    }
}
