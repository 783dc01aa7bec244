using System.Text.Json;

namespace DiffusionClassifier.Testing;

/// <summary>Shorthand for <see cref="GoldenFolder.Models"/>.</summary>
public static class GoldenData
{
    /// <inheritdoc cref="GoldenFolder.Folder"/>
    public static string? Folder => GoldenFolder.Models.Folder;

    /// <inheritdoc cref="GoldenFolder.Require"/>
    public static string Require(string relative) => GoldenFolder.Models.Require(relative);

    public static JsonElement Json(string relative) => GoldenFolder.Models.Json(relative);

    /// <inheritdoc cref="GoldenFolder.Array"/>
    public static T[] Array<T>(JsonElement entry) where T : unmanaged => GoldenFolder.Models.Array<T>(entry);
}
