using System.Reflection;
using DiffusionClassifier.Core.Errors;

namespace DiffusionClassifier.Service.Options;

/// <summary>Finds settings that nothing reads, because a misspelled one would be silently ignored. Stateless.</summary>
internal static class UnknownSettings
{
    /// <summary>A sentence for each; never a value, which may be a secret.</summary>
    public static IEnumerable<string> Find(IConfiguration settings, IEnumerable<KnownSection> sections)
    {
        List<KnownSection> known = [.. sections.SelectMany(Flatten)];
        return known.SelectMany(section => Of(settings.GetSection(section.Path), section.Type))
            .Concat(LikeOurs(settings, [.. known.Select(section => section.Path)]));
    }

    // If our settings are next to those of others, each is a section of its own.
    private static IEnumerable<KnownSection> Flatten(KnownSection section) => section.Path.Length > 0
        ? [section]
        : Properties(section.Type).Select(property => new KnownSection(property.Name, property.PropertyType));

    // Others have sections too: one is misspelled only if it is nearly ours.
    private static IEnumerable<string> LikeOurs(IConfiguration settings, IReadOnlyList<string> known) => settings.GetChildren()
        .Where(child => child.GetChildren().Any() && !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
        .Where(child => NearestName.Find(child.Key, known) is not null)
        .Select(child => Sentence("section of settings", child, known));

    private static IEnumerable<string> In(IConfigurationSection section, Type type)
    {
        Dictionary<string, Type> known = Properties(type).ToDictionary(
            property => property.Name, property => property.PropertyType, StringComparer.OrdinalIgnoreCase);
        return section.GetChildren().SelectMany(
            child => known.TryGetValue(child.Key, out Type? found) ? Of(child, found) : [Sentence("setting", child, known.Keys)]);
    }

    // Of one property: a value, an object with settings of its own, or a list or dictionary of objects by place or name.
    private static IEnumerable<string> Of(IConfigurationSection section, Type type)
    {
        Type? element = type.IsGenericType ? type.GetGenericArguments()[^1] : null;
        if (IsOurs(type))
            return In(section, type);
        return element is not null && IsOurs(element) ? section.GetChildren().SelectMany(child => In(child, element)) : [];
    }

    private static bool IsOurs(Type type) =>
        type is { IsClass: true, IsGenericType: false }
        && type.Namespace!.StartsWith(nameof(DiffusionClassifier), StringComparison.Ordinal);

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static string Sentence(string what, IConfigurationSection unknown, IEnumerable<string> known) =>
        $"There is no {what} {Excerpt.Of(unknown.Path)}: it has no effect.{NearestName.Hint(unknown.Key, known)}";
}
