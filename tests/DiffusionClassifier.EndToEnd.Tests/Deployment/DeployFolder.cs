using DiffusionClassifier.Testing;

namespace DiffusionClassifier.EndToEnd.Tests.Deployment;

/// <summary>The folder deploy/ of the repository. Stateless.</summary>
internal static class DeployFolder
{
    public static string Root { get; } = Path.Combine(Repository.Root, "deploy");

    /// <summary>Every way to put the Kubernetes files together that they speak of.</summary>
    public static TheoryData<string, string> Variants { get; } = new(
        from overlay in (string[])["cpu", "cuda", "redis"]
        from component in (string[])["", "keda", "hpa", "models", "redis"]
        where component != overlay
        select (overlay, component));

    public static string Of(params string[] parts) => Path.Combine([Root, .. parts]);

    public static IReadOnlyList<System.Text.Json.Nodes.JsonObject> Build(string overlay, string component) => Kustomization.Build(
        Of("kubernetes", "overlays", overlay), component.Length == 0 ? [] : [Of("kubernetes", "components", component)]);
}
