using Microsoft.Extensions.DependencyInjection;

namespace DiffusionClassifier.Client;

/// <summary>The client in programs with dependency injection.</summary>
public static class ClassifierServices
{
    /// <summary>Registers <see cref="ClassifierClient"/>.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="configure">Sets the address, and the key if there is one.</param>
    /// <returns>For what else its HttpClient needs: handlers, a proxy, certificates.</returns>
    public static IHttpClientBuilder AddClassifierClient(this IServiceCollection services, Action<ClassifierClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services
            .AddHttpClient(nameof(ClassifierClient), http => http.Timeout = Timeout.InfiniteTimeSpan)
            .AddTypedClient(http =>
            {
                var options = new ClassifierClientOptions();
                configure(options);
                return new ClassifierClient(http, options);
            });
    }
}
