using DiffusionClassifier.Service.Api.Errors;
using DiffusionClassifier.Service.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>If keys are required, says so: Swagger UI then has a button for the key.</summary>
internal sealed class ApiKeyDocumentFilter(ApiKeys keys) : IDocumentFilter, IOperationFilter
{
    private const string Bearer = "bearer", Header = "header";

    public void Apply(OpenApiDocument document, DocumentFilterContext context)
    {
        if (!keys.IsOn)
            return;
        document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The API key.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(Header, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = ApiKeyGate.Header,
            Description = "The API key, if Authorization has another use.",
        });
    }

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!keys.IsOn || context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
            return;
        operation.Security = [.. new[] { Bearer, Header }.Select(scheme =>
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] })];
        operation.Responses?.Add("401", new OpenApiResponse
        {
            Description = "Unauthorized",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemWriter.ContentType] = new()
                {
                    Schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemDetails), context.SchemaRepository),
                },
            },
        });
    }
}
