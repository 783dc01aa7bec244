using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DiffusionClassifier.Service.Api;

/// <summary><c>GET /models</c> and <c>GET /models/{id}</c>.</summary>
internal static class ModelsApi
{
    public static void MapModelsApi(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/models").WithTags("Models");
        group.MapGet("/", List).WithName("listModels");
        group.MapGet("/{id}", Get).WithName("getModel").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Lists all models, also those that cannot be used, and why.</summary>
    public static Ok<ModelList> List(ClassificationEngine engine) =>
        TypedResults.Ok(new ModelList([.. engine.Models.All.Select(model => Describe(model, engine))], engine.Models.Refused));

    /// <summary>Describes one model.</summary>
    /// <param name="id" example="cifar10">Its id, as GET /models lists it.</param>
    /// <param name="engine">From the service.</param>
    public static Ok<ModelDescription> Get(string id, ClassificationEngine engine) =>
        TypedResults.Ok(Describe(engine.Models.Find(id), engine));

    private static ModelDescription Describe(LoadedModel model, ClassificationEngine engine) =>
        model.Describe(isDefault: model == engine.Models.Default);
}
