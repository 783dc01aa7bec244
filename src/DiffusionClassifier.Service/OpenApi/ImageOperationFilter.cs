using DiffusionClassifier.Service.Api.Streaming;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>
/// Adds what attributes cannot say: how repeated fields travel, how files travel in JSON, and requests and answers of real runs.
/// </summary>
internal sealed class ImageOperationFilter : IOperationFilter
{
    private const string Form = "multipart/form-data";

    private const string Events = "Server-sent events: `progress` (the data is the answer object so far) any number of times, then "
        + "`result` (the answer object) or `error` (a problem object). Comments in between keep the connection alive.";
    private const string EventsExample =
        "event: progress\ndata: {\"id\":\"01a2…\", … }\n\nevent: result\ndata: {\"id\":\"01a2…\", … }\n\n";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        Type? request = operation.OperationId switch
        {
            "classify" or "submitJob" => typeof(ClassificationRequest),
            "match" => typeof(MatchRequest),
            _ => null,
        };
        if (request is null || operation.RequestBody?.Content is not { } bodies)
            return;
        IOpenApiSchema fields = Fields(request, context);
        KeyParameter.AddTo(operation);
        bodies[Form].Encoding = Encoding(fields.Properties!);
        bodies[AcceptHeader.Json].Schema = InJson(fields);
        bodies[AcceptHeader.Json].Example = RequestExamples.Of(request);
        if (operation.Responses!.GetValueOrDefault("200")?.Content is not { } answers)
            return; // a job, whose answer comes later
        answers[AcceptHeader.Json].Example = RequestExamples.AnswerTo(request);
        if (request == typeof(ClassificationRequest))
            DescribeOtherAnswers(answers, context);
    }

    /// <summary>The fields of a request.</summary>
    public static IOpenApiSchema Fields(Type request, OperationFilterContext context) => Schema(request, context) switch
    {
        OpenApiSchemaReference { Reference.Id: { } id } => context.SchemaRepository.Schemas[id],
        var schema => schema,
    };

    /// <summary>How a form has the fields of several values: each as a field of its own.</summary>
    public static Dictionary<string, OpenApiEncoding> Encoding(IDictionary<string, IOpenApiSchema> fields) =>
        fields.Where(IsRepeated).ToDictionary(
            field => field.Key, _ => new OpenApiEncoding { Style = ParameterStyle.Form, Explode = true });

    private static void DescribeOtherAnswers(IDictionary<string, OpenApiMediaType> answers, OperationFilterContext context)
    {
        OpenApiMediaType answer = answers[AcceptHeader.Json];
        answer.Schema = new OpenApiSchema { OneOf = [answer.Schema!, Schema(typeof(ImageAnswers), context)] };
        answers[AcceptHeader.JsonLines] = new OpenApiMediaType { Schema = Schema(typeof(ImageAnswer), context) };
        answers[AcceptHeader.Csv] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "One line per image, after a header line." },
        };
        answers[AcceptHeader.EventStream] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = Events },
            Example = EventsExample,
        };
    }

    private static bool IsRepeated(KeyValuePair<string, IOpenApiSchema> field) =>
        RequestSchemaFilter.IsArray(field.Value) && !RequestSchemaFilter.IsFile(field.Value);

    // The same fields, but JSON has no files: an image is base64 there.
    private static OpenApiSchema InJson(IOpenApiSchema fields)
    {
        var json = (OpenApiSchema)fields.CreateShallowCopy();
        json.Properties = fields.Properties!.ToDictionary(
            field => field.Key, field => RequestSchemaFilter.IsFile(field.Value) ? AsBase64(field.Value) : field.Value);
        return json;
    }

    private static OpenApiSchema AsBase64(IOpenApiSchema file)
    {
        var text = (OpenApiSchema)file.CreateShallowCopy();
        if (text.Items is { } item)
            text.Items = AsBase64(item);
        else
            text.Format = "byte";
        return text;
    }

    private static IOpenApiSchema Schema(Type type, OperationFilterContext context) =>
        context.SchemaGenerator.GenerateSchema(type, context.SchemaRepository);
}
