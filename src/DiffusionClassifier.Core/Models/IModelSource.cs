using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Core.Models;

/// <summary>The available models, and how to open one on a device.</summary>
public interface IModelSource
{
    /// <summary>The usable models, in a stable order, read without loading weights.</summary>
    IReadOnlyList<ModelManifest> Manifests { get; }

    /// <summary>The others, and why each is left out.</summary>
    IReadOnlyList<ModelRefusal> Refusals => [];

    /// <summary>For when there is no usable model: what was found instead, and what to do.</summary>
    string WhatIsMissing => "There is no model to serve.";

    /// <summary>
    /// The requested devices, all of which work; if the choice is left to the source, one that works. At least one.
    /// </summary>
    /// <param name="wanted">None: the best there is.</param>
    /// <param name="logger">Gets a line if the choice is not the best one possible.</param>
    /// <exception cref="ArgumentException">A requested device does not exist here, or on any machine.</exception>
    IReadOnlyList<DeviceOptions> FindDevices(IReadOnlyList<DeviceOptions> wanted, ILogger logger) =>
        wanted.Count > 0 ? wanted : [new DeviceOptions()];

    /// <summary>Why a model that was opened or run cannot be used, in words for clients: without the paths of this machine.</summary>
    string Explain(string modelId, Exception failure) => failure.Message;

    /// <summary>
    /// Tells versions of a model apart that have one id: SHA-256 of its graphs, weights, schedule and tokenizer, in hexadecimal. Reads all
    /// of them.
    /// </summary>
    string Fingerprint(string modelId) => "";

    /// <summary>
    /// Whether a model of a device may be opened, first run and closed while the device's own thread runs another. If not, that happens on
    /// the device's thread, and what others run on it stands still meanwhile.
    /// </summary>
    bool OpensBeside(DeviceOptions device) => false;

    /// <summary>Whether a model's file lies in the memory of its device, beside the weights, while the model is read.</summary>
    bool HoldsFiles(DeviceOptions device) => false;

    /// <summary>
    /// Loads a model for a device. One thread at a time uses it: while <see cref="OpensBeside"/>, another at first and at the end than in
    /// between.
    /// </summary>
    IDiffusionModel Open(string modelId, DeviceOptions device);
}
