namespace DiffusionClassifier.Architecture.Tests;

/// <summary>A folder of a project, with all below it.</summary>
/// <param name="Project">The project's name without the prefix that all have.</param>
/// <param name="Name">The folder's; empty: the project's own, where its entry points are.</param>
internal sealed record Room(string Project, string Name)
{
    public override string ToString() => Name.Length == 0 ? Project : $"{Project}.{Name}";
}
