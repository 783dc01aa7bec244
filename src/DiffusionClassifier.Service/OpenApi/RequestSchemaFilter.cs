using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using DisplayAttribute = System.ComponentModel.DataAnnotations.DisplayAttribute;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>
/// Makes the fields of a request a form that can be sent as it is shown: what most requests need comes first and the rest is marked as
/// advanced, which forms.js folds away; a field is required only where the record says so; and what is optional is empty, because
/// Swagger UI fills in "string" and the like, and a user's first request would be refused.
/// </summary>
internal sealed class RequestSchemaFilter : ISchemaFilter
{
    private const string Advanced = "x-advanced";

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (!context.Type.IsSubclassOf(typeof(ImageRequest)) || schema is not OpenApiSchema { Properties: { } fields } request)
            return;
        PropertyInfo[] properties =
            [.. context.Type.GetProperties()
                .OrderBy(property => Order(property) ?? int.MaxValue)
                .ThenBy(property => property.DeclaringType != context.Type)
                .ThenBy(property => property.MetadataToken)];
        request.Properties = properties.ToDictionary(Name, property => fields[Name(property)]);
        request.Required = properties.Where(property => property.IsDefined(typeof(RequiredAttribute))).Select(Name).ToHashSet();
        foreach (PropertyInfo property in properties)
        {
            if (request.Properties[Name(property)] is not OpenApiSchema field)
                continue;
            if (Order(property) is null)
                (field.Extensions ??= new Dictionary<string, IOpenApiExtension>())[Advanced] = new JsonNodeExtension(true);
            JsonNode? example = request.Required.Contains(Name(property)) ? RequestExamples.Of(context.Type)[Name(property)] : null;
            if (InitialValue(field, example) is { } value)
                field.Examples = [value];
        }
    }

    /// <summary>Whether a field holds several values.</summary>
    public static bool IsArray(IOpenApiSchema field) => field.Type?.HasFlag(JsonSchemaType.Array) == true;

    /// <summary>Whether a field holds an image file, or several.</summary>
    public static bool IsFile(IOpenApiSchema field) => (field.Items ?? field).Format == "binary";

    // Of a required file, one control to choose it with.
    private static JsonNode? InitialValue(IOpenApiSchema field, JsonNode? example) => IsFile(field)
        ? IsArray(field) ? (example is null ? [] : new JsonArray("")) : null
        : example?.DeepClone() ?? (IsArray(field) ? new JsonArray() : "");

    private static int? Order(PropertyInfo property) => property.GetCustomAttribute<DisplayAttribute>()?.GetOrder();

    private static string Name(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);
}
