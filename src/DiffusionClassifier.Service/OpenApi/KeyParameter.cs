using DiffusionClassifier.Service.Api.Repeats;
using Microsoft.OpenApi;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>The header that lets a request be sent again.</summary>
internal static class KeyParameter
{
    /// <summary>Adds it to an operation.</summary>
    public static void AddTo(OpenApiOperation operation) => (operation.Parameters ??= []).Add(new OpenApiParameter
    {
        Name = IdempotencyKey.Name,
        In = ParameterLocation.Header,
        Description = "Any text that this request alone has, such as a UUID: if the request is sent again, it gets the same response.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyKey.Longest },
    });
}
