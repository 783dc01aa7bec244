using System.Globalization;
using System.Text.Json.Nodes;
using DiffusionClassifier.Service.Api.Errors;
using DiffusionClassifier.Service.Api.Streaming;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>
/// Adds what attributes cannot say: how repeated fields travel, an answer that a real run gave, and which error codes a status stands for.
/// </summary>
internal sealed class ImageOperationFilter : IOperationFilter
{
    private const string ExampleResource = "classify-answer.json";

    private const string Events = "Server-sent events: `progress` (the data is the answer object so far) any number of times, then "
        + "`result` (the answer object) or `error` (a problem object). Comments in between keep the connection alive.";
    private const string EventsExample =
        "event: progress\ndata: {\"id\":\"01a2…\", … }\n\nevent: result\ndata: {\"id\":\"01a2…\", … }\n\n";

    private static readonly Dictionary<string, string[]> RepeatedFields = new()
    {
        ["classify"] = ["labels", "priors", "template", "stageSamples", "stageKeep"],
        ["match"] = ["captions"],
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        DescribeErrors(operation);
        if (operation.RequestBody?.Content?.TryGetValue("multipart/form-data", out OpenApiMediaType? form) == true)
        {
            form.Encoding = new Dictionary<string, OpenApiEncoding>();
            foreach (string field in RepeatedFields.GetValueOrDefault(operation.OperationId ?? "", []))
                form.Encoding[field] = new OpenApiEncoding { Style = ParameterStyle.Form, Explode = true };
        }

        if (operation.OperationId == "classify" && operation.Responses?["200"].Content is { } content
            && content.TryGetValue(AcceptHeader.Json, out OpenApiMediaType? answer))
        {
            answer.Example = Example();
            answer.Schema = new OpenApiSchema { OneOf = [answer.Schema!, Schema(typeof(ImageAnswers), context)] };
            content[AcceptHeader.JsonLines] = new OpenApiMediaType { Schema = Schema(typeof(ImageAnswer), context) };
            content[AcceptHeader.Csv] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A line for each image, under a line of names." },
            };
            content[AcceptHeader.EventStream] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = Events },
                Example = EventsExample,
            };
        }
    }

    private static IOpenApiSchema Schema(Type type, OperationFilterContext context) =>
        context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository);

    private static void DescribeErrors(OpenApiOperation operation)
    {
        foreach ((string status, IOpenApiResponse response) in operation.Responses ?? [])
        {
            int number = int.Parse(status, CultureInfo.InvariantCulture);
            string[] codes =
                [.. Enum.GetValues<ClassificationError>().Where(error => Problems.Status(error) == number).Select(ErrorCode.Of)];
            if (codes.Length > 0)
                response.Description = $"{response.Description}. Codes: {string.Join(", ", codes)}.";
        }
    }

    private static JsonNode? Example()
    {
        using Stream stream = typeof(ImageOperationFilter).Assembly.GetManifestResourceStream(ExampleResource)!;
        return JsonNode.Parse(stream);
    }
}
