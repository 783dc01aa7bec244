using DiffusionClassifier.Core;
using DiffusionClassifier.Service.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DiffusionClassifier.Service.Api;

/// <summary><c>/models</c>: what they are, and for those who may, loading and unloading by hand.</summary>
internal static class ModelsApi
{
    public static void MapModelsApi(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/models").WithTags("Models");
        group.MapGet("/", List).WithName("listModels");
        group.MapGet("/{id}", Get).WithName("getModel").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{id}/load", LoadAsync).WithName("loadModel")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status500InternalServerError)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/{id}/unload", Unload).WithName("unloadModel")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>Lists all models, also those that cannot be used, and why.</summary>
    public static Ok<ModelList> List(ClassificationEngine engine) => TypedResults.Ok(engine.Memory.List());

    /// <summary>Describes one model.</summary>
    /// <param name="id" example="cifar10">Its id, as GET /models lists it.</param>
    /// <param name="engine">From the service.</param>
    public static Ok<ModelDescription> Get(string id, ClassificationEngine engine) =>
        TypedResults.Ok(engine.Memory.Describe(engine.Models.Find(id)));

    /// <summary>Loads a model, and answers when it is ready.</summary>
    /// <remarks>
    /// Requests load the models that they need: this is for the first of them not to wait, and for a model that could not be loaded, which
    /// is tried again. Needs an API key with `ManagesModels`, or a token with `Tokens:ManagerScope` or `Tokens:ManagerRole`.
    /// </remarks>
    /// <param name="id" example="cifar10">Its id, as GET /models lists it.</param>
    /// <param name="request">From the service.</param>
    /// <param name="gate">From the service.</param>
    /// <param name="engine">From the service.</param>
    /// <param name="cancellationToken">From the service.</param>
    public static async Task<Ok<ModelDescription>> LoadAsync(
        string id, HttpRequest request, AccessGate gate, ClassificationEngine engine, CancellationToken cancellationToken)
    {
        gate.RequireManager(request);
        return TypedResults.Ok(engine.Memory.Describe(await engine.Memory.LoadAsync(id, again: true, cancellationToken)));
    }

    /// <summary>Unloads a model as soon as the requests that run on it have ended; answers at once.</summary>
    /// <remarks>
    /// Its state is `unloading` until it is gone, then `waiting`. Requests that come later load it again. Needs what loading needs.
    /// </remarks>
    /// <param name="id" example="cifar10">Its id, as GET /models lists it.</param>
    /// <param name="request">From the service.</param>
    /// <param name="gate">From the service.</param>
    /// <param name="engine">From the service.</param>
    public static Ok<ModelDescription> Unload(string id, HttpRequest request, AccessGate gate, ClassificationEngine engine)
    {
        gate.RequireManager(request);
        return TypedResults.Ok(engine.Memory.Describe(engine.Memory.Unload(id)));
    }
}
