using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace DiffusionClassifier.Service.OpenApi;

/// <summary>The heads under which operations stand, in the order in which a newcomer needs them.</summary>
internal sealed class TagDocumentFilter : IDocumentFilter
{
    private static readonly (string Name, string Description)[] Tags =
    [
        ("Classification", "Which label, or which caption, fits an image."),
        ("Jobs", "Requests that are stored before they are accepted, and outlive a restart of the server."),
        ("Batches", "Many requests that are accepted together, and answered in between those of others."),
        ("Models", "The models that requests can name, and which of them are in memory."),
        ("Health", "For load balancers and orchestrators. Needs no API key."),
        ("Metrics", "For Prometheus. Needs no API key: let the proxy in front hide it from strangers."),
    ];

    public void Apply(OpenApiDocument document, DocumentFilterContext context) =>
        document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
}
