using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>Describes the fields of problem+json as this server fills them.</summary>
internal sealed class ProblemSchemaFilter : ISchemaFilter
{
    private static readonly (string Name, string Description)[] Fields =
    [
        ("type", "A stable URN for the kind of error: urn:diffusion-classifier:error:CODE."),
        ("title", "The kind of error in words."),
        ("status", "The HTTP status."),
        ("detail", "What is wrong with this request, and what to do."),
        ("code", "The kind of error as one stable word, such as unknown_label."),
        ("field", "The request field at fault, if there is one."),
        ("traceId", "Names this request in the server's logs and traces."),
    ];

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.Type != typeof(ProblemDetails) || schema is not OpenApiSchema problem)
            return;
        problem.Description = "Problem details (RFC 9457).";
        problem.Properties = Fields.ToDictionary(field => field.Name, IOpenApiSchema (field) => new OpenApiSchema
        {
            Type = field.Name == "status" ? JsonSchemaType.Integer : JsonSchemaType.String,
            Description = field.Description,
        });
        problem.AdditionalPropertiesAllowed = false;
        problem.Required = Fields.Select(field => field.Name).Where(name => name != "field").ToHashSet();
    }
}
