using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace DiffusionClassifier.Architecture.Tests;

/// <summary>What the compiled projects say of themselves: types, the rooms they stand in, who knows whom. Read once, immutable.</summary>
internal static class Structure
{
    /// <summary>What every project, and so every namespace, begins with.</summary>
    public const string Prefix = "DiffusionClassifier.";

    private const string CommandLine = "Cli", ProgramOfTheCommandLine = "dclassify";

    /// <summary>All types of all projects, also those of packages as far as ours know them.</summary>
    public static ArchUnitNET.Domain.Architecture Loaded { get; } = new ArchLoader()
        .LoadFilteredDirectory(AppContext.BaseDirectory, $"{Prefix}*.dll")
        .LoadFilteredDirectory(AppContext.BaseDirectory, $"{ProgramOfTheCommandLine}.dll")
        .Build();

    /// <summary>The types that a person wrote, by their full names; those within others count as part of them.</summary>
    public static IReadOnlyList<IType> Types { get; } = [.. Loaded.Types.Where(IsOurs).OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>Uses across types; each pair once.</summary>
    public static IReadOnlyList<Use> Uses { get; } =
    [
        .. Types.SelectMany(type => type.Dependencies.Select(dependency => dependency.Target).Where(target => target is not GenericParameter && IsOurs(target))
                .Select(target => new Use(type.FullName, RoomOf(type), target.FullName, RoomOf(target))))
            .Where(use => use.From != use.To).Distinct(),
    ];

    /// <summary>The rooms with the number of their types.</summary>
    public static IReadOnlyDictionary<Room, int> Rooms { get; } = Types.Where(type => !type.IsNested).GroupBy(RoomOf).ToDictionary(room => room.Key, room => room.Count());

    /// <summary>
    /// Which project's assembly needs which other's. Also what only a program's top-level statements use, which count as nobody's code above:
    /// they put everything together.
    /// </summary>
    public static IReadOnlyList<(string From, string To)> References { get; } =
    [
        .. Rooms.Keys.Select(room => room.Project).Distinct().SelectMany(project => Assembly.Load(AssemblyOf(project)).GetReferencedAssemblies()
            .Where(other => IsProduct(other.Name!)).Select(other => (project, ProjectOf(other.Name!)))),
    ];

    /// <summary>The room of a type. Top-level programs have no namespace: they stand at their project's root.</summary>
    public static Room RoomOf(IType type)
    {
        string project = ProjectOf(type.Assembly.Name);
        string name = type.Namespace?.FullName ?? "";
        string[] parts = name.StartsWith(Prefix + project, StringComparison.Ordinal) ? name[(Prefix + project).Length..].Split('.') : [""];
        return new Room(project, parts.Length > 1 ? parts[1] : "");
    }

    private static string ProjectOf(string assembly) => assembly == ProgramOfTheCommandLine ? CommandLine : assembly[Prefix.Length..];

    private static string AssemblyOf(string project) => project == CommandLine ? ProgramOfTheCommandLine : Prefix + project;

    private static bool IsOurs(IType type) => type.Assembly is { } assembly && IsProduct(assembly.Name) && !type.FullName.Contains('<', StringComparison.Ordinal)
        && !IsGenerated(type.Namespace?.FullName ?? "");

    // Compilers and generators have namespaces of their own.
    private static bool IsGenerated(string name) => name.StartsWith("System", StringComparison.Ordinal) || name.StartsWith("OrleansCodeGen", StringComparison.Ordinal);

    private static bool IsProduct(string assembly) =>
        assembly == ProgramOfTheCommandLine || (assembly.StartsWith(Prefix, StringComparison.Ordinal) && !assembly.EndsWith(".Tests", StringComparison.Ordinal) && assembly != $"{Prefix}Testing");
}
