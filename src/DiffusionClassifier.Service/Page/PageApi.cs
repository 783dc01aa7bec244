using DiffusionClassifier.Service.Telemetry;

namespace DiffusionClassifier.Service.Page;

/// <summary>
/// The page at <c>/</c>, open to all: it shows nothing of its own, and its calls carry the visitor's key. Every file has an address of its
/// own, so that nothing else can be asked for.
/// </summary>
internal static class PageApi
{
    private const string Index = "index.html";

    // Nothing from elsewhere, nothing inline, in nobody's frame. Heat maps are data; what visitors choose is drawn.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        foreach (PageFile file in PageFile.All)
        {
            string address = file.Path == Index ? "/" : $"/{file.Path}";
            routes.MapMethods(address, Methods, context => SendAsync(context, file)).ExcludeFromDescription().Unobserved().AllowAnonymous();
        }
    }

    private static Task SendAsync(HttpContext context, PageFile file)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache"; // kept, but asked for each time, so that an update shows at once
        return Results.Bytes(file.Content, file.ContentType, entityTag: file.Tag).ExecuteAsync(context);
    }
}
