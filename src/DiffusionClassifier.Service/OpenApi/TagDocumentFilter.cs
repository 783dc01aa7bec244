using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>The heads under which operations stand, in the order in which a newcomer needs them.</summary>
internal sealed class TagDocumentFilter : IDocumentFilter
{
    private static readonly (string Name, string Description)[] Tags =
    [
        ("Classification", "Which label, or which caption, fits an image."),
        ("Models", "What can be asked."),
        ("Health", "For load balancers and orchestrators. Asks for no API key."),
        ("Metrics", "For Prometheus. Asks for no API key: the proxy in front keeps it from strangers."),
    ];

    public void Apply(OpenApiDocument document, DocumentFilterContext context) =>
        document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
}
