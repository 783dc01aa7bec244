using System.Globalization;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Providers;
using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Onnx.Tests.Golden.Families;

/// <summary>The table of families in the README says what was run here.</summary>
public sealed class FamilyTableTests(ITestOutputHelper output)
{
    private const string PerRow = "a row", PerBatch = "a batch";

    private readonly SortedDictionary<string, FamilyLine> _lines = new(StringComparer.Ordinal);

    [Fact]
    public void Every_line_of_the_table_is_what_was_run()
    {
        foreach (GoldenBundle golden in GoldenBundle.All)
            Add(golden.Bundle, golden.IsOriginal ? Deviation(golden) : 0);
        foreach (FamilyRun run in FamilyRun.Of(FamilyRun.All))
            Add(run.Bundle, Deviation(run));
        AddVariants(GoldenFolder.Models, ("unet_timestep_scalar_f32", "Stable Diffusion 1/2"));
        AddVariants(GoldenFolder.Families, [.. FamilyRun.Of(FamilyRun.All).SelectMany(run => new[] { "unet", "transformer" }.Select(part => ($"{run.Bundle.Manifest.Id}_{part}_timestep_scalar", run.Bundle.Manifest.Family!)))]);
        AddVaes();

        string table = Table();
        Directory.CreateDirectory(Repository.Artifacts);
        File.WriteAllText(Path.Combine(Repository.Artifacts, "families.md"), table);
        output.WriteLine(table);
        string[] documented = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));
        foreach ((string family, FamilyLine line) in _lines)
        {
            string[] cells = [.. (documented.FirstOrDefault(text => text.StartsWith($"| {family} |", StringComparison.Ordinal)) ?? throw new Xunit.Sdk.XunitException($"The README's table of families lacks {family}:\n{table}")).Split('|').Select(cell => cell.Trim())];
            Assert.True(line.Deviation <= double.Parse(cells[2], CultureInfo.InvariantCulture), $"{family}: {line.Deviation}, and the README says {cells[2]}.");
            Assert.Empty(line.Timesteps.Except(cells[3].Split(", ")));
            Assert.Empty(line.Types.Except(cells[4].Split(", ")));
        }
    }

    private void Add(Bundle bundle, double deviation)
    {
        FamilyLine line = LineOf(bundle.Manifest.Family!);
        line.Deviation = Math.Max(line.Deviation, deviation);
        line.Timesteps.Add(bundle.Manifest.ScalarTimestep ? PerBatch : PerRow);
        line.Types.Add(bundle.Manifest.DataType);
    }

    private void AddVariants(GoldenFolder data, params (string Graph, string Family)[] variants)
    {
        foreach ((string graph, string family) in variants)
        {
            if (File.Exists(Path.Combine(data.Folder!, "bundles", "variants", graph, "model.onnx")))
                LineOf(family).Timesteps.Add(PerBatch); // FamilyGoldenTests and VariantGoldenTests run it
        }
    }

    private void AddVaes()
    {
        foreach (FamilyRun run in FamilyRun.Of("sdxl"))
        {
            if (Directory.Exists(Path.Combine(FamilyRun.Data.Folder!, "bundles", "variants", $"{run.Bundle.Manifest.Id}_vae_encoder_fp16")))
                LineOf(run.Bundle.Manifest.Family!).Types.Add("float16 VAE"); // HalfVaeTests runs it
        }
    }

    private FamilyLine LineOf(string family)
    {
        if (!_lines.TryGetValue(family, out FamilyLine? line))
            _lines.Add(family, line = new FamilyLine());
        return line;
    }

    private static double Deviation(FamilyRun run)
    {
        using var model = new OnnxDiffusionModel(run.Bundle, new OnnxOptions { MaxBatch = 4 });
        using var rows = new RowErrors(model);
        return run.Images.Max(image => Largest(run.Errors(image.Result), rows.Run(run.Request, model.EncodeImage(run.Pixels(image.Result)), run.Trials).Errors));
    }

    private static double Deviation(GoldenBundle golden)
    {
        if (golden.Bundle.Model.Text is null)
            return DitGoldenTests.RowsOf(golden).Select(rows => Largest(rows.Golden, rows.Own)).DefaultIfEmpty().Max();
        using var rows = new RowErrors(golden.Open());
        return GoldenCase.Of(golden, "results").Take(1).Select(item =>
        {
            double[][] errors = rows.Run(item.Request, item.Latent).Errors;
            return Largest([.. errors.Select((_, c) => GoldenFamily.Doubles(item.Class(c).GetProperty("errors")))], errors);
        }).DefaultIfEmpty().Max();
    }

    // As a share of the golden error.
    private static double Largest(double[][] golden, double[][] own) =>
        golden.Zip(own).SelectMany(pair => pair.First.Zip(pair.Second)).Max(pair => Math.Abs(pair.First - pair.Second) / Math.Abs(pair.First));

    private string Table() => string.Join('\n', (string[])[
        "| family | largest deviation | one timestep for | tried in |", "|---|---|---|---|",
        .. _lines.Select(pair => FormattableString.Invariant($"| {pair.Key} | {pair.Value.Deviation:0.0e+0} | {string.Join(", ", pair.Value.Timesteps)} | {string.Join(", ", pair.Value.Types)} |"))]);
}
