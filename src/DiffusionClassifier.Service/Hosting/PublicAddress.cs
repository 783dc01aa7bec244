using System.Net;
using DiffusionClassifier.Service.Options;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Hosting;

/// <summary>
/// The address at which clients see this server, where something stands between: from the setting <c>PathBase</c>, or from the headers of
/// known proxies. Redirects and the OpenAPI document follow from it.
/// </summary>
internal static class PublicAddress
{
    public static IServiceCollection AddPublicAddress(this IServiceCollection services)
    {
        services.AddSection<AddressOptions>(section: "").Check<AddressOptions, AddressCheck>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<AddressOptions>>(
            (forwarded, options) => Configure(forwarded, options.Value.Proxies.Known));
        return services;
    }

    /// <summary>In front of routing, which then knows nothing of prefixes.</summary>
    public static void UsePublicAddress(this WebApplication app)
    {
        AddressOptions options = app.Services.GetRequiredService<IOptions<AddressOptions>>().Value;
        if (options.Proxies.Known.Count > 0)
            app.UseForwardedHeaders();
        var configured = new PathString(options.PathBase.TrimEnd('/'));
        app.Use((context, next) =>
        {
            // Some proxies take the prefix off, others pass it on: both are inside.
            HttpRequest request = context.Request;
            // Two slashes in front would make another server of it, and one behind would stand twice in every address.
            string sent = request.PathBase.Value!.Trim('/');
            request.PathBase = sent.Length > 0 ? new PathString($"/{sent}") : configured;
            if (!request.PathBase.HasValue || !request.Path.StartsWithSegments(request.PathBase, out PathString rest))
                return next(context);
            if (!rest.HasValue) // the page's addresses are relative to its folder, which an address without a slash is not
                return TypedResults.Redirect($"{request.PathBase.ToUriComponent()}/{request.QueryString}").ExecuteAsync(context);
            request.Path = rest;
            return next(context);
        });
    }

    private static void Configure(ForwardedHeadersOptions forwarded, IReadOnlyList<string> known)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.All;
        forwarded.ForwardLimit = null; // the first address that is not known ends the chain
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (string text in known)
        {
            if (IPAddress.TryParse(text, out IPAddress? address))
                forwarded.KnownProxies.Add(address);
            else
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(text));
        }
    }
}
