using System.Globalization;
using DiffusionClassifier.Cli;
using DiffusionClassifier.Cli.Bench;
using DiffusionClassifier.Cli.Calibrate;
using DiffusionClassifier.Cli.Catalog;
using DiffusionClassifier.Cli.Classify;
using DiffusionClassifier.Cli.Evaluate;
using DiffusionClassifier.Cli.Input;
using DiffusionClassifier.Cli.Inspect;
using DiffusionClassifier.Cli.Match;
using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Cli.Pull;
using DiffusionClassifier.Evaluation.Files;
using DiffusionClassifier.Onnx.Baselines;
using DiffusionClassifier.Onnx.Bundles;
using DiffusionClassifier.Onnx.Images;
using DiffusionClassifier.Onnx.Providers;
using Microsoft.Extensions.Logging.Abstractions;

// dclassify: the engine without a server. This file is its table of contents, and the only one that names ONNX Runtime and libvips.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture; // one language, whatever the machine's locale

// ONNX Runtime logs what it throws as well: the one line of an error is enough, unless the user asks for more.
bool verbose = args.Contains(SharedOptions.Verbose.Name);
using var log = new StderrLoggers(verbose);
OnnxRuntimeLibrary.LogTo(verbose ? log : NullLogger.Instance);

var engines = new Engines(
    OpenModels,
    BundleInspector.Inspect,
    folder => HashWriter.Write(folder, AtomicFile.WriteBytes),
    () => new ImagePreprocessor(ImageDecoders.Create()),
    ImageOptions.DefaultMaxBytes,
    PictureWriter.Png,
    (folder, record) => CalibrationWriter.Write(folder, record, AtomicFile.WriteBytes),
    () => new ResNet18Features(new OnnxOptions()));

return await new CommandLine(
    ClassifyCommand.Create(engines),
    MatchCommand.Create(engines),
    CalibrateCommand.Create(engines),
    ModelsCommand.Create(engines),
    InspectCommand.Create(engines),
    PullCommand.Create(engines),
    EvaluateCommand.Create(engines),
    BenchCommand.Create(engines)).RunAsync(args);

// The folder's list of refusals has what its log would say, and the commands show it where it matters.
static ModelLibrary OpenModels(string path)
{
    var folder = new BundleFolder([path], new OnnxOptions(), NullLogger<BundleFolder>.Instance);
    return new ModelLibrary(path, folder, [.. folder.Refused.Select(refusal => new RefusedModel(refusal.File, refusal.Message))]);
}
