using System.CommandLine;
namespace DiffusionClassifier.Cli.Bench;
internal static class BenchCommand { public static Command Create(Engines engines) => new("bench", engines.MaxImageBytes.ToString()); }
