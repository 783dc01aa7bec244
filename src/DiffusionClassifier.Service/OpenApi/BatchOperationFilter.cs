using DiffusionClassifier.Service.Api.Streaming;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>
/// Describes the bodies of a batch, which is read as it comes and bound to no type: a form of many images, or JSON lines.
/// </summary>
internal sealed class BatchOperationFilter : IOperationFilter
{
    private const string Form = "multipart/form-data", Images = "images", File = "file";

    private static readonly string[] NotOfABatch = ["image", "deadlineMs"];

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId is "addTrials" or "submitBatch")
            KeyParameter.AddTo(operation);
        if (operation.OperationId != "submitBatch")
            return;
        Dictionary<string, IOpenApiSchema> fields = Fields(ImageOperationFilter.Fields(typeof(ClassificationRequest), context));
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Form] = new()
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = fields },
                    Encoding = ImageOperationFilter.Encoding(fields),
                },
                // No example: Swagger UI would send it in quotation marks.
                [AcceptHeader.JsonLines] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
        };
    }

    // Those of a classification, images first.
    private static Dictionary<string, IOpenApiSchema> Fields(IOpenApiSchema classification)
    {
        var images = (OpenApiSchema)classification.Properties![Images].CreateShallowCopy();
        images.Description = "The images; each has an answer of its own, whose `custom_id` is the file's name.";
        images.Extensions = null;
        var fields = new Dictionary<string, IOpenApiSchema> { [Images] = images };
        foreach ((string name, IOpenApiSchema field) in classification.Properties)
        {
            if (name != Images && !NotOfABatch.Contains(name))
                fields.Add(name, field);
        }

        fields.Add(File, new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Format = "binary",
            Description = "In place of all other fields: a file of JSON lines, one request each.",
        });
        return fields;
    }
}
