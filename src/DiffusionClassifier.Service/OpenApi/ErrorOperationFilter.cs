using System.Globalization;
using System.Text.Json.Nodes;
using DiffusionClassifier.Service.Api.Errors;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>Says which errors a status stands for, and shows each as this server sends it.</summary>
internal sealed class ErrorOperationFilter(ErrorSamples samples) : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach ((string status, IOpenApiResponse response) in operation.Responses ?? [])
        {
            (string Code, JsonNode Body)[] errors =
                [.. samples.Of(operation.OperationId, int.Parse(status, CultureInfo.InvariantCulture))];
            if (errors.Length == 0)
                continue;
            response.Description = $"{response.Description}. Codes: {string.Join(", ", errors.Select(error => error.Code))}.";
            response.Content![ProblemWriter.ContentType].Examples = errors.ToDictionary(
                error => error.Code,
                IOpenApiExample (error) => new OpenApiExample { Summary = error.Code, Value = error.Body });
        }
    }
}
