using Microsoft.OpenApi;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>The OpenAPI document (<c>/swagger/v1/swagger.json</c>) and Swagger UI (<c>/swagger</c>), by Swashbuckle.</summary>
internal static class ApiDocument
{
    public static void AddApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSingleton<ErrorSamples>();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "Diffusion classifier",
                Version = "v1",
                Description = "Classifies images with diffusion models: "
                    + "\"Your Diffusion Model is Secretly a Zero-Shot Classifier\", Li et al., ICCV 2023. "
                    + "Errors are problem+json (RFC 9457) with a stable `code` and a `detail` that says what to do.",
            });
            options.MapType<ReadOnlyMemory<byte>>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" });
            // Or an object with prompts, which a form has no field for.
            options.MapType<LabelSpec>(() => new OpenApiSchema { Type = JsonSchemaType.String });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.UseAllOfToExtendReferenceSchemas();
            options.DocumentFilter<TagDocumentFilter>();
            options.DocumentFilter<AccessDocumentFilter>();
            options.OperationFilter<AccessDocumentFilter>(); // first: another describes its response too
            options.OperationFilter<ImageOperationFilter>();
            options.OperationFilter<BatchOperationFilter>();
            options.OperationFilter<ErrorOperationFilter>();
            options.SchemaFilter<ExplanationSchemaFilter>();
            options.SchemaFilter<LimitsSchemaFilter>();
            options.SchemaFilter<ProblemSchemaFilter>();
            options.SchemaFilter<RequestSchemaFilter>();
            options.IncludeDescriptions(AppContext.BaseDirectory);
        });
    }

    public static void UseApiDocument(this WebApplication app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(options =>
        {
            options.SwaggerEndpoint("v1/swagger.json", "v1");
            options.DocumentTitle = "Diffusion classifier";
            options.EnableTryItOutByDefault();
            options.DisplayRequestDuration();
            options.DefaultModelsExpandDepth(0);
            options.HeadContent = $"<script>{Script()}</script>";
            options.ConfigObject.Plugins = ["ClassifierForms"];
        });
    }

    private static string Script()
    {
        using var reader = new StreamReader(typeof(ApiDocument).Assembly.GetManifestResourceStream("forms.js")!);
        return reader.ReadToEnd();
    }
}
