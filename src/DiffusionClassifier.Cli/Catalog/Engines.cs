using DiffusionClassifier.Cli.Output;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring.Calibration;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Cli.Catalog;

/// <summary>What runs behind the commands; assembled only in Program.cs.</summary>
/// <param name="OpenModels">Reads the bundles of a folder, without loading weights.</param>
/// <param name="Inspect">Says what was understood of one bundle.</param>
/// <param name="WriteHashes">Lists the SHA-256 of a bundle's files in it.</param>
/// <param name="CreateImages">Starts the image library.</param>
/// <param name="MaxImageBytes">The largest image file worth reading.</param>
/// <param name="WritePng">Makes an image file from pixels.</param>
/// <param name="WriteCalibration">Writes what was fitted into a bundle's folder, and returns the file.</param>
/// <param name="OpenFeatures">Opens the network that a baseline rests on.</param>
internal sealed record Engines(
    Func<string, ModelLibrary> OpenModels,
    Func<string, ModelReport> Inspect,
    Action<string> WriteHashes,
    Func<IImagePreprocessor> CreateImages,
    long MaxImageBytes,
    WritePng WritePng,
    Func<string, CalibrationRecord, string> WriteCalibration,
    Func<IImageFeatures> OpenFeatures)
{
    /// <summary>An engine in this process.</summary>
    /// <param name="model">The model.</param>
    /// <param name="device">What it runs on; null: the best there is.</param>
    /// <param name="verbose">Whether to show the engine's log.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public Task<EngineSession> StartAsync(SingleModel model, DeviceOptions? device, bool verbose, CancellationToken cancellationToken) =>
        EngineSession.StartAsync(model, CreateImages(), device, new StderrLoggers(verbose), cancellationToken);
}
