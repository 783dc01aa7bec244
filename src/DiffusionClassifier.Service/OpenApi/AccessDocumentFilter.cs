using DiffusionClassifier.Service.Api.Errors;
using DiffusionClassifier.Service.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>If keys or tokens are required, says so: Swagger UI then has a button for them.</summary>
internal sealed class AccessDocumentFilter(AccessGate gate) : IDocumentFilter, IOperationFilter
{
    private const string Bearer = "bearer", Header = "header", Token = "token";

    private IEnumerable<string> Schemes =>
        [.. gate.TakesKeys ? (string[])[Bearer, Header] : [], .. gate.TakesTokens ? (string[])[Token] : []];

    public void Apply(OpenApiDocument document, DocumentFilterContext context)
    {
        if (gate.TakesKeys)
        {
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
                Name = AccessGate.Header,
                Description = "The API key, if Authorization has another use.",
            });
        }

        if (!gate.TakesTokens)
            return;
        document.AddComponent<IOpenApiSecurityScheme>(Token, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "A token of the identity provider.",
        });
    }

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!gate.IsOn || context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
            return;
        operation.Security = [.. Schemes.Select(scheme =>
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] })];
        AddProblem("401", "Unauthorized");
        if (gate.Forbids)
            AddProblem("403", "Forbidden");

        void AddProblem(string status, string description) => operation.Responses?.TryAdd(status, new OpenApiResponse
        {
            Description = description,
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
