using System.Globalization;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Telemetry;

/// <summary>
/// A port for health and metrics alone: what the public reaches does not show them, and a firewall can keep the two apart. Decided by the
/// port that a connection came in on, and not by what its client wrote into <c>Host</c>.
/// </summary>
internal static class ManagementPort
{
    private const string Endpoints = "Kestrel:Endpoints", Name = "Management", Anywhere = "*";

    public static IServiceCollection AddManagementPort(this IServiceCollection services)
    {
        services.AddSection<ManagementOptions>(ManagementOptions.Section).Validate(
            options => options.Port is null or (> 0 and <= ushort.MaxValue),
            $"{ManagementOptions.PortSetting} must be from 1 to {ushort.MaxValue}.");
        return services;
    }

    /// <summary>Listens on that port too, at the addresses where the server listens.</summary>
    /// <exception cref="ArgumentException">The port is the server's own.</exception>
    public static void ListenOnManagementPort(this WebApplicationBuilder builder)
    {
        ConfigurationManager settings = builder.Configuration;
        if (!ushort.TryParse(settings[ManagementOptions.PortSetting], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            return;
        string[] endpoints = [.. settings.GetSection(Endpoints).GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>()];
        string[] addresses = endpoints.Length > 0 ? endpoints : [.. Addresses(settings)];
        BindingAddress[] bindings = [.. addresses.Select(BindingAddress.Parse)];
        if (bindings.Any(binding => binding.Port == port))
            throw new ArgumentException($"{ManagementOptions.PortSetting} is {port}, which is the port of the server: choose another.");
        string[] own = [.. bindings.Select(binding => $"http://{(binding.IsUnixPipe ? Anywhere : binding.Host)}:{port}").Distinct()];
        if (endpoints.Length == 0)
            builder.WebHost.UseUrls([.. addresses, .. own]);
        for (int at = 0; at < own.Length && endpoints.Length > 0; at++)
            settings[$"{Endpoints}:{Name}{at}:Url"] = own[at];
    }

    /// <summary>Behind routing: each port answers what is its own, and to all else that there is nothing.</summary>
    public static void UseManagementPort(this WebApplication app)
    {
        if (Port(app) is not { } port)
            return;
        app.Use((context, next) =>
        {
            bool isOurs = context.GetEndpoint()?.Metadata.GetMetadata<Mark>() is not null;
            if (isOurs == (context.Connection.LocalPort == port))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>Endpoints of that port, where there is one: those who read the API document do not reach it.</summary>
    public static TBuilder OnManagementPort<TBuilder>(this TBuilder endpoints, IEndpointRouteBuilder routes)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.WithMetadata(new Mark());
        return Port(routes) is null ? endpoints : endpoints.ExcludeFromDescription();
    }

    private static int? Port(IEndpointRouteBuilder routes) =>
        routes.ServiceProvider.GetRequiredService<IOptions<ManagementOptions>>().Value.Port;

    // As ASP.NET Core understands them: ports count only where there are no addresses.
    private static IEnumerable<string> Addresses(ConfigurationManager settings) =>
        settings[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls
        ? Split(urls)
        : Split(settings[WebHostDefaults.HttpPortsKey]).Select(port => $"http://{Anywhere}:{port}")
            .Concat(Split(settings[WebHostDefaults.HttpsPortsKey]).Select(port => $"https://{Anywhere}:{port}"));

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed record Mark;
}
