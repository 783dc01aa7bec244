using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Options;

/// <summary>
/// The one way in which a section of the settings becomes an object: bound, checked before the service starts, and then never changed.
/// </summary>
internal static class Sections
{
    /// <param name="services">Where the options are registered.</param>
    /// <param name="section">The section's name; empty: the settings themselves.</param>
    public static OptionsBuilder<T> AddSection<T>(this IServiceCollection services, string section) where T : class
    {
        services.AddSingleton(new KnownSection(section, typeof(T)));
        return services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
    }

    /// <summary>Adds a check whose message quotes what was set.</summary>
    public static OptionsBuilder<T> Check<T, TCheck>(this OptionsBuilder<T> options)
        where T : class
        where TCheck : class, IValidateOptions<T>
    {
        options.Services.AddSingleton<IValidateOptions<T>, TCheck>();
        return options;
    }
}
