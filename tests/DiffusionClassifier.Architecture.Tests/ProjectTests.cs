using ArchUnitNET.Fluent;
using ArchUnitNET.xUnitV3;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace DiffusionClassifier.Architecture.Tests;

/// <summary>Arrows between projects.</summary>
public sealed class ProjectTests
{
    // Who may know whom. What a project may know of those below it, it may know directly.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Core"] = ["Contracts"],
        ["Onnx"] = ["Core", "Contracts"],
        ["Jobs"] = ["Core", "Contracts"],
        ["Evaluation"] = ["Core", "Contracts"],
        ["Client"] = ["Contracts"],
        ["Service"] = ["Onnx", "Jobs", "Core", "Contracts"],
        ["Cli"] = ["Evaluation", "Onnx", "Core", "Client", "Contracts"],
    };

    [Fact]
    public void Every_project_knows_only_those_below_it()
    {
        Assert.Equal(Allowed.Keys.Order(), Structure.Rooms.Keys.Select(room => room.Project).Distinct().Order());
        Nothing.Breaks(Structure.References.Where(arrow => !Allowed[arrow.From].Contains(arrow.To)).Select(arrow => $"{arrow.From} needs {arrow.To}"));
        Nothing.Breaks(Structure.Uses
            .Where(use => use.FromRoom.Project != use.ToRoom.Project && !Allowed[use.FromRoom.Project].Contains(use.ToRoom.Project))
            .Select(use => $"{use.From} knows {use.To}"));
    }

    [Fact]
    public void The_contracts_need_nothing_but_the_framework()
    {
        IArchRule rule = Types().That().ResideInNamespace("DiffusionClassifier.Contracts").Should()
            .OnlyDependOn(Types().That().ResideInNamespaceMatching(@"^(DiffusionClassifier\.Contracts|System|Microsoft\.CodeAnalysis)(\.|$)"));

        rule.Check(Structure.Loaded);
    }

    [Theory]
    [InlineData("Core", "Microsoft.ML.OnnxRuntime", "Microsoft.AspNetCore", "NetVips", "SixLabors", "System.Net", "Microsoft.Extensions.Configuration", "Orleans")]
    [InlineData("Onnx", "Microsoft.AspNetCore", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection")]
    [InlineData("Jobs", "Microsoft.ML.OnnxRuntime", "NetVips", "SixLabors", "Serilog", "OpenTelemetry")]
    [InlineData("Service", "Microsoft.ML.OnnxRuntime", "NetVips", "SixLabors", "Microsoft.ML.Tokenizers", "Orleans", "StackExchange.Redis", "Microsoft.Data.Sqlite")]
    [InlineData("Client", "Microsoft.AspNetCore", "Spectre", "System.CommandLine", "Orleans", "Serilog")]
    [InlineData("Evaluation", "Microsoft.ML.OnnxRuntime", "NetVips", "SixLabors", "Spectre", "System.CommandLine")]
    [InlineData("Cli", "Microsoft.ML.OnnxRuntime", "NetVips", "SixLabors", "Microsoft.ML.Tokenizers")]
    public void A_library_is_known_to_the_one_project_whose_subject_it_is(string project, params string[] libraries)
    {
        IEnumerable<string> known = Structure.Types.Where(type => Structure.RoomOf(type).Project == project)
            .SelectMany(type => type.Dependencies.Select(dependency => (type.FullName, Namespace: dependency.Target.Namespace?.FullName ?? "")))
            .Where(use => libraries.Any(library => use.Namespace == library || use.Namespace.StartsWith(library + ".", StringComparison.Ordinal)))
            .Select(use => $"{use.FullName} knows {use.Namespace}").Distinct();

        Nothing.Breaks(known);
    }

    [Theory]
    [InlineData("Service")]
    [InlineData("Cli")]
    public void Only_the_program_itself_names_what_runs_the_models(string project)
    {
        Assert.Contains((project, "Onnx"), Structure.References);
        Nothing.Breaks(Structure.Uses.Where(use => use.FromRoom.Project == project && use.ToRoom.Project == "Onnx").Select(use => $"{use.From} knows {use.To}"));
    }
}
