using DiffusionClassifier.Testing;

namespace DiffusionClassifier.Cli.Tests;

/// <summary>With a Python that, as the exporter does, turns a folder in the hub's layout into a bundle: here by copying one.</summary>
public sealed class PullTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_model_is_exported_checked_listed_by_its_hashes_and_keeps_its_licence()
    {
        string python = Python("""echo "$@" > "$(dirname "$0")/arguments"; for last; do :; done; mkdir "$last"; cp -r "$4/." "$last" """);

        Dclassify run = await Dclassify.RunAsync(
            "pull", "sd21", "--accept-license", "--python", python, "--source", Source("scenes"), "--models", _folder.Path, "--float16");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("CreativeML Open RAIL++-M", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{_folder.Path}/sd21 is ready", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"-m optimum.exporters.onnx --model {Source("scenes")} --dtype fp16 --device cuda ",
            File.ReadAllText(Path.Combine(_folder.Path, "arguments")),
            StringComparison.Ordinal);
        string classifier = File.ReadAllText(Path.Combine(_folder.Path, "sd21", "classifier.json"));
        Assert.Contains("\"license\": \"CreativeML Open RAIL", classifier, StringComparison.Ordinal);
        Assert.Contains("\"unet/model.onnx\": \"", classifier, StringComparison.Ordinal);
        Dclassify models = await Dclassify.RunAsync("models", "--models", _folder.Path);
        Assert.Contains("sd21", models.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_that_fails_leaves_nothing_behind_and_says_the_exporters_last_line()
    {
        string python = Python("""for last; do :; done; mkdir "$last"; echo first; echo "no such repository" >&2; exit 3""");

        Dclassify run = await Dclassify.RunAsync("pull", "sd15", "--accept-license", "--python", python, "--models", _folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("failed with exit code 3", run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(_folder.Path));
    }

    [Fact]
    public async Task Without_a_yes_nothing_is_downloaded_and_a_mirror_is_called_one()
    {
        string python = Python("""touch "$(dirname "$0")/exported" """);

        Dclassify run = await Dclassify.RunAsync("pull", "sd21", "--python", python, "--models", _folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("unofficial mirror", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("--accept-license", run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "exported")));
    }

    [Fact]
    public async Task What_python_lacks_is_named_with_the_command_that_installs_it()
    {
        string python = Python("exit 1", missing: "diffusers optimum");

        Dclassify run = await Dclassify.RunAsync("pull", "sd15", "--accept-license", "--python", python, "--models", _folder.Path);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(
            "Python lacks diffusers, optimum: run pip install \"optimum[onnxruntime]\" diffusers", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pixart-sigma", "cannot be pulled")]
    [InlineData("dit256", "optimum has no exporter")]
    [InlineData("sd12", "There is no model 'sd12' to pull. Did you mean 'sd15'?")]
    [InlineData("sd15 --python no-such-python", "There is no no-such-python")]
    [InlineData("sd15 --out samples", "already exists")]
    public async Task What_cannot_be_pulled_is_one_line_that_says_why(string arguments, string expected)
    {
        Dclassify run = await Dclassify.RunAsync(["pull", .. arguments.Split(' '), "--models", _folder.Path]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Source(string model) => Path.Combine(Dclassify.Root, "models", model);

    // A probe begins with -c; whatever else is asked of it is an export.
    private string Python(string export, string missing = "")
    {
        string file = _folder.Write(
            "python", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\nif [ \"$1\" = -c ]; then echo {missing}; exit; fi\n{export}\n"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}
